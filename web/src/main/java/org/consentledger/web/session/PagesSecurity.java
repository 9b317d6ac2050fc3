package org.consentledger.web.session;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Access rules of the pages. The filter chain matches only the addresses of the pages, so it neither opens nor closes
 * an API or an identity provider in the same process. They share the session, so the pages use attribute names of their
 * own.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class PagesSecurity {

    /** After the chains of an embedded issuer, before that of the APIs. */
    static final int ORDER = 100;

    static final String NO_SUCH_PAGE = "/no-such-page";

    private static final String SIGN_IN = "/oauth2/authorization/ledger";
    private static final String NO_PERMISSION = "/no-permission";
    private static final String OWN = "PAGES_";

    private static final RequestMatcher PAGES = new OrRequestMatcher(Stream.of(
                    "/",
                    "/people/**",
                    "/resubscribe-requests/**",
                    "/audit/**",
                    "/imports/**",
                    "/jobs/**",
                    "/reports/**",
                    "/preferences",
                    "/sign-out",
                    "/signed-out",
                    "/assets/**",
                    "/favicon.ico",
                    NO_PERMISSION,
                    NO_SUCH_PAGE,
                    SIGN_IN,
                    "/login/oauth2/code/ledger")
            .map(path -> (RequestMatcher) pathPattern(path))
            .toList());

    @Bean
    @Order(ORDER)
    @SuppressWarnings("NullAway") // null: the URL of a saved request gets no extra parameter
    SecurityFilterChain pages(
            HttpSecurity http, ClientRegistrationRepository registrations, OAuth2AuthorizedClientRepository clients) {
        var contexts = contexts();
        var wanted = new HttpSessionRequestCache();
        wanted.setSessionAttrName(OWN + "WANTED");
        wanted.setRequestMatcher(request -> "GET".equals(request.getMethod()) && !Htmx.isHtmxRequest(request));
        wanted.setMatchingRequestParameterName(null);
        var signOut = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        signOut.setPostLogoutRedirectUri("{baseUrl}/");
        signOut.setDefaultTargetUrl("/signed-out");
        return http.securityMatcher(PAGES)
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(
                                "/assets/**",
                                "/favicon.ico",
                                "/signed-out",
                                "/preferences",
                                NO_PERMISSION,
                                NO_SUCH_PAGE)
                        .permitAll()
                        .requestMatchers("/people/*/audit", "/audit/**")
                        .hasAuthority(Role.AUDITOR.authority())
                        .requestMatchers("/reports/**")
                        .hasAuthority(Role.ANALYST.authority())
                        .requestMatchers("/imports/**", "/jobs/**", "/resubscribe-requests/**")
                        .hasAuthority(Role.OPERATOR.authority())
                        .requestMatchers(
                                "/people/*/erasure", "/people/bulk/erasure/**", "/people/*/resubscribe-approval")
                        .hasAuthority(Role.ADMIN.authority())
                        .requestMatchers("/people/*/exports/**")
                        .hasAnyAuthority(Role.OPERATOR.authority(), Role.AUDITOR.authority())
                        .requestMatchers("/people/search")
                        .authenticated()
                        .requestMatchers("/people/new", "/people/sample-people", "/people/bulk/**", "/people/*/*")
                        .hasAuthority(Role.OPERATOR.authority())
                        .requestMatchers(HttpMethod.POST, "/people")
                        .hasAuthority(Role.OPERATOR.authority())
                        .requestMatchers("/", "/people", "/people/*", "/sign-out")
                        .authenticated()
                        .anyRequest()
                        .denyAll())
                .securityContext(context -> context.securityContextRepository(contexts))
                .requestCache(cache -> cache.requestCache(wanted))
                .csrf(protection -> protection.csrfTokenRepository(csrfTokens()))
                .oauth2Login(login -> login.loginPage(SIGN_IN)
                        .authorizedClientRepository(clients)
                        .securityContextRepository(contexts)
                        .failureHandler((request, response, failure) ->
                                response.sendRedirect(request.getContextPath() + "/signed-out?failed"))
                        .userInfoEndpoint(users -> users.oidcUserService(new RoleMappingUserService())))
                .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessHandler(signOut))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(
                                new LoginUrlAuthenticationEntryPoint(SIGN_IN))
                        .accessDeniedHandler((request, response, denied) -> {
                            if (isSessionGone(denied)) {
                                response.sendRedirect(request.getContextPath() + "/signed-out?expired");
                            } else {
                                request.getRequestDispatcher(NO_PERMISSION).forward(request, response);
                            }
                        }))
                .headers(headers -> strict(headers, registrations))
                .build();
    }

    /** Shows browsers a not-found page for unknown addresses, with the frame of the signed-in user. */
    @Bean
    @Order(ORDER + 1)
    SecurityFilterChain unknownPages(HttpSecurity http, ClientRegistrationRepository registrations) {
        return http.securityMatcher(Preferences::isPageWanted)
                .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
                .securityContext(context -> context.securityContextRepository(contexts()))
                .requestCache(cache -> cache.disable())
                .logout(logout -> logout.disable())
                .csrf(protection -> protection.csrfTokenRepository(csrfTokens()))
                .exceptionHandling(handling -> handling.authenticationEntryPoint((request, response, unknown) ->
                                request.getRequestDispatcher(NO_SUCH_PAGE).forward(request, response))
                        .accessDeniedHandler((request, response, denied) ->
                                request.getRequestDispatcher(NO_SUCH_PAGE).forward(request, response)))
                .headers(headers -> strict(headers, registrations))
                .build();
    }

    /**
     * A form sent after its session has ended has no user. The page then says so, instead of claiming that a role is
     * missing.
     */
    private static boolean isSessionGone(AccessDeniedException denied) {
        return denied instanceof CsrfException
                && User.of(SecurityContextHolder.getContext().getAuthentication()) == null;
    }

    private static HttpSessionSecurityContextRepository contexts() {
        var contexts = new HttpSessionSecurityContextRepository();
        contexts.setSpringSecurityContextKey(OWN + "SECURITY_CONTEXT");
        return contexts;
    }

    private static HttpSessionCsrfTokenRepository csrfTokens() {
        var tokens = new HttpSessionCsrfTokenRepository();
        tokens.setSessionAttributeName(OWN + "CSRF");
        return tokens;
    }

    private static void strict(HeadersConfigurer<HttpSecurity> headers, ClientRegistrationRepository registrations) {
        headers.frameOptions(frame -> frame.deny())
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                .permissionsPolicyHeader(permissions ->
                        permissions.policy("camera=(), microphone=(), geolocation=(), payment=(), usb=()"))
                .contentSecurityPolicy(policy -> policy.policyDirectives(contentPolicy(registrations)));
    }

    /** Allows files of this site only, and neither inline scripts nor inline styles. */
    private static String contentPolicy(ClientRegistrationRepository registrations) {
        var formTargets = new LinkedHashSet<>(List.of("'self'"));
        // Signing out is a form, which redirects to the provider and back
        var provider = originOf(registrations.findByRegistrationId("ledger"));
        if (provider != null) {
            formTargets.add(provider);
        }
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                + "connect-src 'self'; form-action " + String.join(" ", formTargets)
                + "; frame-ancestors 'none'; base-uri 'none'";
    }

    private static @Nullable String originOf(@Nullable ClientRegistration registration) {
        if (registration == null) {
            return null;
        }
        var uri = URI.create(registration.getProviderDetails().getAuthorizationUri());
        return uri.getScheme() == null ? null : uri.getScheme() + "://" + uri.getAuthority();
    }
}

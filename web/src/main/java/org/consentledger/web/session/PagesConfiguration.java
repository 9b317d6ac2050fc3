package org.consentledger.web.session;

import org.consentledger.web.ledger.WebSettings;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.web.servlet.LocaleResolver;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.spring6.templateresolver.SpringResourceTemplateResolver;
import org.thymeleaf.templatemode.TemplateMode;

@Configuration(proxyBeanMethods = false)
class PagesConfiguration {

    @Bean
    LocaleResolver localeResolver() {
        return new Languages();
    }

    @Bean
    NotFoundPageResolver noSuchPage() {
        return new NotFoundPageResolver();
    }

    @Bean
    Assets assets() {
        return new Assets();
    }

    @Bean
    Texts texts(WebSettings settings) {
        return new Texts(messages(), settings.timeZone());
    }

    @Bean
    FilterRegistrationBean<Htmx> htmxRedirects() {
        var registration = new FilterRegistrationBean<>(new Htmx());
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 10);
        return registration;
    }

    @Bean
    SpringResourceTemplateResolver pageTemplates() {
        var resolver = new SpringResourceTemplateResolver();
        resolver.setPrefix("classpath:/org/consentledger/web/pages/");
        resolver.setSuffix(".html");
        resolver.setTemplateMode(TemplateMode.HTML);
        resolver.setCharacterEncoding("UTF-8");
        return resolver;
    }

    /** With a message source of its own: another module in the same process may have files of the default name. */
    @Bean
    SpringTemplateEngine templateEngine(SpringResourceTemplateResolver pageTemplates) {
        var engine = new SpringTemplateEngine();
        engine.addTemplateResolver(pageTemplates);
        engine.setTemplateEngineMessageSource(messages());
        engine.setEnableSpringELCompiler(true);
        return engine;
    }

    private static ResourceBundleMessageSource messages() {
        var messages = new ResourceBundleMessageSource();
        messages.setBasename("org/consentledger/web/messages");
        messages.setDefaultEncoding("UTF-8");
        messages.setFallbackToSystemLocale(false);
        return messages;
    }
}

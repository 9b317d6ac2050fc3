package org.consentledger.web.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves the static files. Their URL contains a hash of all files, so browsers may cache them for ever. */
final class Assets implements WebMvcConfigurer {

    private static final String OURS = "org/consentledger/web/assets/";
    private static final String HTMX = "META-INF/resources/webjars/htmx.org/2.0.8/dist/";
    private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";

    private static final List<String> HASHED = List.of(
            OURS + "ledger.css",
            OURS + "ledger.js",
            HTMX + "htmx.min.js",
            UPLOT + "uPlot.iife.min.js",
            UPLOT + "uPlot.min.css");

    private final String version = hash();

    String version() {
        return version;
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        var forGood = CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();
        registry.addResourceHandler("/assets/" + version + "/**")
                .addResourceLocations("classpath:" + OURS, "classpath:" + HTMX, "classpath:" + UPLOT)
                .setCacheControl(forGood);
        registry.addResourceHandler("/favicon.ico")
                .addResourceLocations("classpath:" + OURS)
                .setCacheControl(CacheControl.maxAge(Duration.ofDays(1)));
    }

    private static String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : HASHED) {
                try (var content = new ClassPathResource(file).getInputStream()) {
                    digest.update(content.readAllBytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }
}

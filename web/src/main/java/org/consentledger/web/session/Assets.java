package org.consentledger.web.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves the static files. Their URL contains a hash of all files, so browsers may cache them for ever. */
final class Assets implements WebMvcConfigurer {

    private static final String OURS = "org/consentledger/web/assets/";
    private static final String HTMX = webjar("htmx.org");
    private static final String UPLOT = webjar("uplot");

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

    /** Returns the folder of a webjar's files. Its path contains the version, which only the pom should have to say. */
    private static String webjar(String name) {
        var properties = "META-INF/maven/org.webjars.npm/" + name + "/pom.properties";
        try {
            var version = PropertiesLoaderUtils.loadProperties(new ClassPathResource(properties))
                    .getProperty("version");
            return "META-INF/resources/webjars/" + name + '/' + version + "/dist/";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

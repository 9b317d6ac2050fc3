package org.consentledger.foundation.http;

import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Refuses to start an application that has a route under {@code /api} without {@link Permits}. */
final class PermitsCheck implements SmartInitializingSingleton {

    private final List<RequestMappingHandlerMapping> mappings;

    PermitsCheck(List<RequestMappingHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (var mapping : mappings) {
            mapping.getHandlerMethods().forEach((info, method) -> {
                var isApi = info.getPatternValues().stream().anyMatch(path -> path.startsWith("/api"));
                if (isApi && !method.hasMethodAnnotation(Permits.class)) {
                    throw new IllegalStateException(info + " has no @Permits with the roles that may call it");
                }
            });
        }
    }
}

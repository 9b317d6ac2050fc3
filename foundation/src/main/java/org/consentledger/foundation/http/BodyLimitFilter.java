package org.consentledger.foundation.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the size of request bodies by path. It checks the stated length before anything is read, and counts the bytes
 * that really arrive while the body is read.
 */
final class BodyLimitFilter extends OncePerRequestFilter {

    private record Limit(PathPatternRequestMatcher path, int bytes) {}

    private final int usual;
    private final List<Limit> others;
    private final List<PathPatternRequestMatcher> streamed;

    BodyLimitFilter(HttpSettings settings) {
        this.usual = bytes(settings.bodyLimit());
        this.others = settings.bodyLimits().entrySet().stream()
                .map(entry -> new Limit(PathPatternRequestMatcher.pathPattern(entry.getKey()), bytes(entry.getValue())))
                .toList();
        this.streamed = settings.streamedPaths().stream()
                .map(PathPatternRequestMatcher::pathPattern)
                .toList();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var multipart = isMultipart(request);
        if (multipart && streamed.stream().anyMatch(path -> path.matches(request))) {
            chain.doFilter(request, response);
            return;
        }
        var limit = limitOf(request);
        if (request.getContentLengthLong() > limit) {
            ProblemWriter.write(request, response, HttpStatus.CONTENT_TOO_LARGE);
        } else if (multipart && request.getContentLengthLong() < 0) {
            // The container reads multipart forms itself, so this filter can't count their bytes
            ProblemWriter.write(request, response, HttpStatus.LENGTH_REQUIRED);
        } else {
            chain.doFilter(multipart ? request : new BufferedBodyRequest(request, limit), response);
        }
    }

    private int limitOf(HttpServletRequest request) {
        return others.stream()
                .filter(limit -> limit.path().matches(request))
                .mapToInt(Limit::bytes)
                .findFirst()
                .orElse(usual);
    }

    private static boolean isMultipart(HttpServletRequest request) {
        var type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    private static int bytes(DataSize size) {
        return Math.toIntExact(Math.min(size.toBytes(), Integer.MAX_VALUE - 16));
    }
}

package org.consentledger.query.testing;

import java.time.Instant;
import java.util.List;
import org.consentledger.query.readmodel.CountedLedger;
import org.consentledger.query.readmodel.Rebuilding;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** Tokens that say what they are: {@code olga.operator} is the operator Olga. */
@TestConfiguration(proxyBeanMethods = false)
@Import({Writer.class, RegisterRows.class, Rebuilding.class, CountedLedger.class, Api.class})
class TestBeans {

    @Bean
    JwtDecoder wordsAsTokens() {
        return token -> {
            var dot = token.indexOf('.');
            return Jwt.withTokenValue(token)
                    .header("alg", "none")
                    .subject(token.substring(0, dot))
                    .claim("roles", List.of(token.substring(dot + 1)))
                    .issuedAt(Instant.now())
                    .expiresAt(Instant.now().plusSeconds(60))
                    .build();
        };
    }
}

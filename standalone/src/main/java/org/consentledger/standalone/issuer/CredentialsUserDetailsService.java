package org.consentledger.standalone.issuer;

import java.util.Map;
import java.util.stream.Collectors;
import org.consentledger.standalone.secrets.Credentials;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Loads the users of the credentials file. The subject of a user's token is not the bare user name: a client may have
 * the same name, and the audit trail has to tell them apart for ever.
 */
final class CredentialsUserDetailsService implements UserDetailsService {

    static final String SUBJECT_PREFIX = "user:";

    private final Map<String, Known> users;

    CredentialsUserDetailsService(Credentials credentials, PasswordEncoder encoder) {
        users = credentials.users().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Credentials.User::username,
                        user -> new Known(
                                encoder.encode(user.password()), user.roles().toArray(String[]::new))));
    }

    @Override
    public UserDetails loadUserByUsername(String username) {
        var known = users.get(username);
        if (known == null) {
            throw new UsernameNotFoundException("There is no such user");
        }
        // A new object each time, as Spring Security erases the password of the object after the sign-in.
        return User.withUsername(SUBJECT_PREFIX + username)
                .password(known.password())
                .roles(known.roles())
                .build();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(String password, String[] roles) {}
}

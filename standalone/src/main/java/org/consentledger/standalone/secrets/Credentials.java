package org.consentledger.standalone.secrets;

import java.util.List;

/**
 * Who may come in, as {@code credentials.json} says: one user and one client for each role to begin with. The file may
 * be edited; what it says at the start of the ledger holds.
 */
public record Credentials(List<User> users, List<Client> clients) {

    private static final List<String> ROLES = List.of("operator", "admin", "auditor", "analyst");

    public Credentials {
        users = List.copyOf(users);
        clients = List.copyOf(clients);
    }

    /** Someone who signs in on the web pages. */
    public record User(String username, String password, List<String> roles) {

        public User {
            roles = List.copyOf(roles);
        }

        @Override
        public String toString() {
            return "User[username=%s, roles=%s]".formatted(username, roles);
        }
    }

    /** An application that asks for a token of its own. */
    public record Client(String clientId, String clientSecret, List<String> roles) {

        public Client {
            roles = List.copyOf(roles);
        }

        @Override
        public String toString() {
            return "Client[clientId=%s, roles=%s]".formatted(clientId, roles);
        }
    }

    /** Reads the credentials of this directory; makes them when it has none. */
    public static Credentials of(DataDirectory directory) {
        return SecretFile.readOrMake(directory.credentials(), Credentials.class, Credentials::firstOnes);
    }

    private static Credentials firstOnes() {
        return new Credentials(
                ROLES.stream()
                        .map(role -> new User(role, Secrets.password(), List.of(role)))
                        .toList(),
                ROLES.stream()
                        .map(role -> new Client(role, Secrets.password(), List.of(role)))
                        .toList());
    }
}

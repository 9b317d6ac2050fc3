package org.consentledger.standalone.secrets;

import java.util.List;

/**
 * The users and clients in {@code credentials.json}. The first start creates one user and one client for each role. An
 * operator may edit the file; the ledger reads it at its start.
 */
public record Credentials(List<User> users, List<Client> clients) {

    private static final List<String> ROLES = List.of("operator", "admin", "auditor", "analyst");

    public Credentials {
        users = List.copyOf(users);
        clients = List.copyOf(clients);
    }

    /** A user who signs in on the web pages. */
    public record User(String username, String password, List<String> roles) {

        public User {
            roles = List.copyOf(roles);
        }

        @Override
        public String toString() {
            return "User[username=%s, roles=%s]".formatted(username, roles);
        }
    }

    /** An application that requests tokens for itself. */
    public record Client(String clientId, String clientSecret, List<String> roles) {

        public Client {
            roles = List.copyOf(roles);
        }

        @Override
        public String toString() {
            return "Client[clientId=%s, roles=%s]".formatted(clientId, roles);
        }
    }

    /** Reads the credentials of the directory, or creates them. */
    public static Credentials of(DataDirectory directory) {
        return SecretFile.readOrMake(directory.credentials(), Credentials.class, Credentials::initial);
    }

    private static Credentials initial() {
        return new Credentials(
                ROLES.stream()
                        .map(role -> new User(role, Secrets.password(), List.of(role)))
                        .toList(),
                ROLES.stream()
                        .map(role -> new Client(role, Secrets.password(), List.of(role)))
                        .toList());
    }
}

package dev.nexus.standalone;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.AuditEvent;
import dev.nexus.gateway.access.Credential;
import dev.nexus.gateway.access.Scope;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus keys}: who may use the gateway where {@code nexus.security.mode} is {@code keys}. */
@Command(
        name = "keys",
        sortOptions = false,
        description = {
            "Makes, lists and takes back API keys, on Kafka: whoever may write its topic api-keys is an operator.",
            "Kafka is where KAFKA_BOOTSTRAP_SERVERS says, or as in spring.kafka.*; else that of 'nexus up' here."
        },
        footer = {
            "",
            "Examples:",
            "  nexus keys create --tenant acme --scope jobs:read,jobs:write --expires P30D --name 'build server'",
            "  nexus keys list",
            "  nexus keys rotate k7Qm2ZpX9a --overlap PT1H",
            "  nexus keys revoke k7Qm2ZpX9a"
        })
final class KeysCommand implements Runnable {

    private static final String TENANT = "[A-Za-z0-9_.-]{1,64}";

    private final Shell shell;
    private final SecureRandom random = new SecureRandom();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** A key for programs, without the hash of its secret. */
    private record Shown(
            String id,
            String tenant,
            List<String> scopes,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable String replaces,
            @Nullable String name) {

        static Shown of(ApiKey key) {
            return new Shown(
                    key.id(),
                    key.tenant(),
                    key.scopes(),
                    key.createdAt(),
                    key.expiresAt(),
                    key.revokedAt(),
                    key.replaces(),
                    key.name());
        }
    }

    KeysCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do: create, list, revoke or rotate");
    }

    @Command(
            name = "create",
            sortOptions = false,
            description = "Makes a key, and prints it: nobody can show it again.",
            footer = {
                "",
                "Example:",
                "  nexus keys create --tenant acme --scope jobs:read,jobs:write --expires P30D --name 'build server'"
            })
    void create(
            @Option(names = "--tenant", required = true, paramLabel = "T", description = "Whose jobs it is for.")
                    String tenant,
            @Option(
                            names = "--scope",
                            required = true,
                            split = ",",
                            paramLabel = "SCOPE",
                            description = "What it may do: jobs:read, jobs:write, admin.")
                    List<String> scopes,
            @Option(
                            names = "--expires",
                            paramLabel = "PERIOD",
                            description = "How long it is valid (ISO 8601: P30D, PT12H); for ever if not given.")
                    @Nullable
                    String expires,
            @Option(names = "--name", paramLabel = "N", description = "For people.") @Nullable String name,
            @Mixin PrefixOption prefix) {
        if (!tenant.matches(TENANT)) {
            throw CommandFailure.usage("--tenant must be 1 to 64 letters, digits, '_', '-' or '.'");
        }
        for (String scope : scopes) {
            if (Scope.of(scope).isEmpty()) {
                throw CommandFailure.usage("--scope has '" + scope + "'; there are jobs:read, jobs:write and admin");
            }
        }
        Instant now = now();
        Instant until = expires == null ? null : after(now, expires, "--expires");
        try (KeyTopic topic = KeyTopic.open(shell, prefix.topics(shell))) {
            show(add(topic, tenant, scopes, now, until, null, name));
        }
    }

    @Command(
            name = "list",
            description = "Shows all keys, without their secrets.",
            footer = {"", "Example:", "  nexus keys list"})
    void list(@Mixin PrefixOption prefix) {
        try (KeyTopic topic = KeyTopic.open(shell, prefix.topics(shell))) {
            Instant now = now();
            if (shell.json()) {
                shell.tell(Map.of(
                        "keys", topic.all().values().stream().map(Shown::of).toList()));
            } else {
                topic.all().values().forEach(key -> shell.out().println(EventText.printable(line(key, now))));
            }
        }
        shell.out().flush();
    }

    @Command(
            name = "revoke",
            description = "Takes a key back: within 2 s no gateway lets anyone in by it.",
            footer = {"", "Example:", "  nexus keys revoke k7Qm2ZpX9a"})
    void revoke(@Parameters(paramLabel = "ID") String id, @Mixin PrefixOption prefix) {
        try (KeyTopic topic = KeyTopic.open(shell, prefix.topics(shell))) {
            ApiKey key = topic.find(id);
            if (key.revokedAt() == null) {
                Instant now = now();
                topic.put(key.revoked(now), new AuditEvent.KeyRevoked(key.tenant(), key.id(), now));
            }
            if (shell.json()) {
                shell.tell(Shown.of(topic.find(id)));
            } else {
                shell.out().println("key " + key.id() + " of tenant " + key.tenant() + " is revoked");
            }
        }
        shell.out().flush();
    }

    @Command(
            name = "rotate",
            description = "Makes a key with the same rights, and lets the old one end after a while.",
            footer = {"", "Example:", "  nexus keys rotate k7Qm2ZpX9a --overlap PT1H"})
    void rotate(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            defaultValue = "PT1H",
                            paramLabel = "PERIOD",
                            description = "How long both are valid (ISO 8601); ${DEFAULT-VALUE} if not given.")
                    String overlap,
            @Mixin PrefixOption prefix) {
        Instant now = now();
        Instant end = after(now, overlap, "--overlap");
        try (KeyTopic topic = KeyTopic.open(shell, prefix.topics(shell))) {
            ApiKey old = topic.find(id);
            if (old.revokedAt() != null || (old.expiresAt() != null && !now.isBefore(old.expiresAt()))) {
                throw CommandFailure.failed("key " + id + " is not valid any more; make one with 'nexus keys create'");
            }
            Instant until = old.expiresAt() == null
                    ? null
                    : now.plus(
                            Duration.between(old.createdAt(), old.expiresAt())); // as long as the old one was made for
            Credential next = add(topic, old.tenant(), old.scopes(), now, until, old.id(), old.name());
            ApiKey ending = old.expiring(end);
            topic.put(
                    ending,
                    new AuditEvent.KeyRevoked(
                            old.tenant(), old.id(), ending.expiresAt() == null ? end : ending.expiresAt()));
            show(next);
        }
    }

    private Credential add(
            KeyTopic topic,
            String tenant,
            List<String> scopes,
            Instant now,
            @Nullable Instant until,
            @Nullable String replaces,
            @Nullable String name) {
        Credential next = Credential.next(random);
        topic.put(
                new ApiKey(next.id(), tenant, scopes, next.sha256(), now, until, null, replaces, name),
                new AuditEvent.KeyCreated(tenant, next.id(), scopes, until, replaces));
        return next;
    }

    /** On the standard output there is nothing but the key, so that a script can take it. */
    private void show(Credential key) {
        if (shell.json()) {
            shell.tell(Map.of("id", key.id(), "key", key.text()));
            return;
        }
        shell.out().println(key.text());
        shell.out().flush();
        shell.note("keep it now, it is not shown again; its id is " + key.id());
    }

    private static String line(ApiKey key, Instant now) {
        String state = key.revokedAt() != null
                ? "revoked " + key.revokedAt()
                : key.expiresAt() == null
                        ? "valid"
                        : (now.isBefore(key.expiresAt()) ? "valid until " : "expired ") + key.expiresAt();
        return key.id() + "  " + key.tenant() + "  " + String.join(",", key.scopes()) + "  " + state + "  made "
                + key.createdAt() + (key.replaces() == null ? "" : "  instead of " + key.replaces())
                + (key.name() == null ? "" : "  " + key.name());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static Instant after(Instant now, String period, String option) {
        try {
            TemporalAmount length = period.contains("T") ? Duration.parse(period) : Period.parse(period);
            Instant end = now.atOffset(ZoneOffset.UTC).plus(length).toInstant();
            if (end.isBefore(now)) {
                throw CommandFailure.usage(option + " is " + period + "; give a time that is still to come");
            }
            return end;
        } catch (DateTimeException | ArithmeticException e) {
            throw CommandFailure.usage(
                    option + " is '" + period + "'; give a time as in ISO 8601, such as P30D or PT1H");
        }
    }
}

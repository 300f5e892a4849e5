package dev.nexus.bench.chaos;

import dev.nexus.standalone.BrokerNode;
import dev.nexus.standalone.BrokerPort;
import dev.nexus.standalone.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All processes of a run, each in two copies; of the brokers as many as are asked for. */
final class Fleet implements AutoCloseable {

    private static final int COPIES = 2;
    private static final Pattern WORKER = Pattern.compile("takes orders: worker ([^,\\s]+),");

    private final HttpClient http;
    private final Path folder;
    private final List<BrokerNode> brokers;
    private final Map<String, String> settings;
    private final List<Member> members = new ArrayList<>();
    private final List<URI> gateways = new ArrayList<>();

    /**
     * @param folder for data and logs
     * @param settings of the services, as Spring's names
     */
    Fleet(HttpClient http, Path folder, int brokers, Map<String, String> settings) throws IOException {
        this.http = http;
        this.folder = folder;
        this.settings = settings;
        this.brokers = BrokerNode.cluster(folder.resolve("data"), brokers, EmbeddedBroker.Life.SHORT);
        Files.createDirectories(logs());
        for (int i = 0; i < brokers; i++) {
            members.add(new Member(Kind.BROKER, "broker-" + (i + 1), new Broker(this.brokers.get(i))));
        }
        for (Kind kind : List.of(Kind.GATEWAY, Kind.PLANNER, Kind.BUILDER, Kind.TESTER)) {
            for (int i = 1; i <= COPIES; i++) {
                members.add(service(kind, kind + "-" + i, false));
            }
        }
        members.stream()
                .filter(member -> member.body() instanceof Gateway)
                .forEach(member -> gateways.add(((Gateway) member.body()).uri));
    }

    private Member service(Kind kind, String name, boolean rehearsal) {
        List<String> arguments = new ArrayList<>();
        settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        arguments.add("--spring.kafka.bootstrap-servers=" + bootstrapServers());
        if (kind != Kind.GATEWAY) {
            arguments.add("--server.port=0");
            return new Member(kind, name, new Agent(kind, name, arguments, rehearsal));
        }
        int port = BrokerPort.free();
        arguments.add("--server.port=" + port);
        arguments.add("--management.server.port=-1"); // nobody looks
        URI uri = URI.create("http://127.0.0.1:" + port);
        return new Member(kind, name, new Gateway(kind, name, arguments, rehearsal, uri));
    }

    String bootstrapServers() {
        return BrokerNode.bootstrapServers(brokers);
    }

    List<URI> gateways() {
        return List.copyOf(gateways);
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    Path logs() {
        return folder.resolve("logs");
    }

    /** Starts everything, the brokers first, and returns when all of it is ready. */
    void start() {
        startAll(members.stream().filter(member -> member.kind() == Kind.BROKER).toList());
        rehearse();
        startAll(
                members.stream().filter(member -> member.kind() == Kind.GATEWAY).toList());
        startAll(members.stream().filter(member -> member.kind().isAgent()).toList());
    }

    /**
     * Starts and ends a gateway and an agent once, so that the JVM writes down what it has loaded and linked (JEP 514):
     * every later start takes half of the processor time, and a run is full of starts.
     */
    private void rehearse() {
        List<Member> actors =
                List.of(service(Kind.GATEWAY, "gateway-0", true), service(Kind.PLANNER, "planner-0", true));
        startAll(actors);
        for (Member actor : actors) {
            try {
                actor.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void startAll(List<Member> some) {
        List<CompletableFuture<Void>> started = some.stream()
                .map(member -> CompletableFuture.runAsync(() -> start(member), Thread::startVirtualThread))
                .toList();
        started.forEach(CompletableFuture::join);
    }

    private static void start(Member member) {
        try {
            member.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** Whether the gateway at {@code uri} answers, and drives. */
    boolean isDriving(URI uri) {
        return health(uri).filter(body -> body.contains("\"driving\":true")).isPresent();
    }

    private Optional<String> health(URI gateway) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(gateway.resolve("/health"))
                            .timeout(Duration.ofSeconds(2))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not listening yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Ends every process, at once. */
    void endAll() {
        members.forEach(Member::end);
    }

    @Override
    public void close() {
        endAll();
    }

    /** A broker's node. */
    private record Broker(BrokerNode node) implements Member.Body {

        @Override
        public Process start(int life) {
            node.start();
            return node.process().orElseThrow();
        }

        @Override
        public void stop(Process process) {
            node.close();
        }

        @Override
        public boolean isReady(int life) {
            return true;
        }
    }

    /** A service, in a JVM of its own with a small heap. */
    private abstract class Service implements Member.Body {

        private final Kind kind;
        private final String name;
        private final List<String> arguments;
        private final boolean rehearsal;

        Service(Kind kind, String name, List<String> arguments, boolean rehearsal) {
            this.kind = kind;
            this.name = name;
            this.arguments = arguments;
            this.rehearsal = rehearsal;
        }

        private Optional<String> cache() {
            Path file = folder.resolve(kind == Kind.GATEWAY ? "gateway.aot" : "agent.aot");
            return rehearsal
                    ? Optional.of("-XX:AOTCacheOutput=" + file)
                    : Optional.of("-XX:AOTCache=" + file).filter(_ -> Files.exists(file));
        }

        Path log(int life) {
            return logs().resolve(name + "." + life + ".log");
        }

        @Override
        public Process start(int life) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + (kind == Kind.GATEWAY ? 256 : 128) + "m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow"));
            cache().ifPresent(command::add);
            command.addAll(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServiceChild.class.getName(),
                    kind.application().getName()));
            command.addAll(arguments);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log(life).toFile())
                    .start();
        }

        @Override
        public void stop(Process process) {
            process.destroy();
        }
    }

    private final class Gateway extends Service {

        private final URI uri;

        Gateway(Kind kind, String name, List<String> arguments, boolean rehearsal, URI uri) {
            super(kind, name, arguments, rehearsal);
            this.uri = uri;
        }

        @Override
        public boolean isReady(int life) {
            return health(uri).isPresent();
        }
    }

    private final class Agent extends Service {

        Agent(Kind kind, String name, List<String> arguments, boolean rehearsal) {
            super(kind, name, arguments, rehearsal);
        }

        @Override
        public boolean isReady(int life) {
            return worker(life).isPresent();
        }

        /** The line in its log with which it begins to work. */
        @Override
        public Optional<String> worker(int life) {
            try {
                Matcher found = WORKER.matcher(Files.readString(log(life)));
                return found.find() ? Optional.of(found.group(1)) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty(); // not there yet
            }
        }
    }
}

package dev.nexus.model.fake;

import dev.nexus.contract.ModelCall.Message;
import dev.nexus.model.LanguageModel;
import dev.nexus.model.ModelException;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OfflineBrain;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.fake.Dialect.Answer;
import dev.nexus.model.fake.Dialect.Asked;
import dev.nexus.model.fake.Dialect.Count;
import dev.nexus.model.fake.Dialect.Frame;
import dev.nexus.model.fake.Dialect.RefusedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All four providers behind one port of this machine. The base URLs are {@code http://127.0.0.1:PORT}, for OpenAI and Chat
 * Completions with {@code /v1}, for Gemini with {@code /v1beta} behind it.
 */
public final class FakeProvider implements AutoCloseable {

    /** The key that it takes, for all providers. */
    public static final String KEY = "sk-fake-0123456789abcdefghijklmnop";

    /** Each answer thinks so many tokens long. */
    public static final int REASONING_TOKENS = 7;

    private static final int PIECES = 20;
    private static final List<Dialect> DIALECTS =
            List.of(new OpenAiDialect(), new AnthropicDialect(), new GeminiDialect(), new ChatDialect());

    private final ServerSocket listener;
    private final Thread accepting;
    private final LanguageModel brain;
    private final Faults faults;
    private final Random dice;
    private final Queue<Behaviour> script = new ConcurrentLinkedQueue<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private FakeProvider(int port, LanguageModel brain, Faults faults) {
        this.brain = brain;
        this.faults = faults;
        this.dice = new Random(faults.seed());
        try {
            this.listener = new ServerSocket(port, 500, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.accepting = Thread.ofVirtual().start(this::acceptAll);
    }

    public static FakeProvider start() {
        return start(Faults.NONE);
    }

    public static FakeProvider start(Faults faults) {
        return new FakeProvider(0, OfflineBrain.model(), faults);
    }

    public static FakeProvider start(LanguageModel brain) {
        return new FakeProvider(0, brain, Faults.NONE);
    }

    /** Prints its port, and runs until it is killed. Arguments: port, rate of 429, of cut streams, of invalid answers, seed. */
    public static void main(String[] args) throws InterruptedException {
        double[] number = new double[5];
        for (int i = 0; i < args.length; i++) {
            number[i] = Double.parseDouble(args[i]);
        }
        var server = new FakeProvider(
                (int) number[0], OfflineBrain.model(), new Faults(number[1], number[2], number[3], (long) number[4]));
        System.out.println(server.port());
        new CountDownLatch(1).await();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** @param path such as {@code /v1} */
    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** The next calls behave so, in turn; then they are answered again. */
    public void next(Behaviour... behaviours) {
        script.addAll(List.of(behaviours));
    }

    /** How many were ever made. */
    public int connections() {
        return accepted.get();
    }

    /** All that were taken, in order. */
    public List<Call> calls() {
        return calls;
    }

    /** How often each question was asked, by a hash of the conversation; also at {@code GET /calls}, a line each. */
    public Map<String, Integer> callsByPrompt() {
        Map<String, Integer> counts = new TreeMap<>();
        calls.forEach(call -> counts.merge(call.prompt(), 1, Integer::sum));
        return counts;
    }

    /** What a hash in {@link #callsByPrompt()} is of. */
    public static String hash(String system, List<Message> conversation) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(system.getBytes(StandardCharsets.UTF_8));
            for (Message message : conversation) {
                sha.update(("\0" + message.role() + "\0" + message.text()).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            accepting.join(); // a connection may have come in the last moment
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                if (listener.isClosed()) {
                    connection.close();
                    return;
                }
                connections.add(connection);
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Reads on while it answers: so it sees at once when the client goes. */
    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            var in = new PushbackInputStream(new BufferedInputStream(connection.getInputStream()));
            for (HttpAsk ask = HttpAsk.read(in); ask != null; ask = HttpAsk.read(in)) {
                HttpAsk asked = ask;
                Behaviour behaviour = behaviour(ask);
                var closed = new CompletableFuture<Instant>();
                Thread answering = Thread.ofVirtual().start(() -> answer(connection, asked, behaviour, closed));
                awaitNext(in, answering, closed);
                answering.join();
            }
        } catch (SocketException e) {
            connections.remove(connection); // the client, or the test, is done
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private static void awaitNext(PushbackInputStream in, Thread answering, CompletableFuture<Instant> closed)
            throws IOException {
        int next;
        try {
            next = in.read();
        } catch (SocketException e) {
            next = -1;
        }
        if (next < 0) {
            if (answering.isAlive()) {
                closed.complete(Instant.now());
            }
            answering.interrupt();
        } else {
            in.unread(next);
        }
    }

    private synchronized Behaviour behaviour(HttpAsk ask) {
        if (ask.method().equals("GET")) {
            return new Behaviour.Answers();
        }
        Behaviour scripted = script.poll();
        if (scripted != null) {
            return scripted;
        }
        double chance = dice.nextDouble();
        if (chance < faults.rateLimited()) {
            return new Behaviour.Refuses(429, "retry-after-ms", "50");
        }
        if (chance < faults.rateLimited() + faults.cut()) {
            return new Behaviour.Cuts(dice.nextInt(PIECES));
        }
        return chance < faults.rateLimited() + faults.cut() + faults.invalid()
                ? new Behaviour.Says("Here you are:\n{\"files\": [", ModelReply.Stop.END)
                : new Behaviour.Answers();
    }

    private void answer(Socket connection, HttpAsk ask, Behaviour behaviour, CompletableFuture<Instant> closed) {
        try {
            new Answering(connection, closed).answer(ask, behaviour);
        } catch (SocketException e) {
            closed.complete(Instant.now());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the client is gone
        }
    }

    /** One answer on a connection. */
    private final class Answering {

        private final Socket connection;
        private final OutputStream out;
        private final CompletableFuture<Instant> closed;
        private final CompletableFuture<Instant> begun = new CompletableFuture<>();

        Answering(Socket connection, CompletableFuture<Instant> closed) throws IOException {
            this.connection = connection;
            this.out = connection.getOutputStream();
            this.closed = closed;
        }

        void answer(HttpAsk ask, Behaviour behaviour) throws IOException, InterruptedException {
            if (ask.method().equals("GET") && ask.target().equals("/calls")) {
                StringBuilder lines = new StringBuilder();
                callsByPrompt().forEach((prompt, count) -> lines.append(prompt + " " + count + "\n"));
                send(200, Map.of("Content-Type", "text/plain"), lines.toString());
                return;
            }
            Dialect dialect = DIALECTS.stream()
                    .filter(one -> one.takes(ask) && ask.method().equals("POST"))
                    .findFirst()
                    .orElse(null);
            if (dialect == null) {
                note(ask, "none", "", 404);
                send(404, Map.of("Content-Type", "application/json"), "{\"error\":{\"message\":\"Not Found\"}}");
                return;
            }
            String protocol = dialect.getClass().getSimpleName().replace("Dialect", "");
            Asked asked;
            try {
                asked = dialect.read(ask, KEY);
            } catch (RefusedException e) {
                note(ask, protocol, "", e.status());
                send(e.status(), Map.of("Content-Type", "application/json"), e.body());
                return;
            }
            String prompt = hash(asked.request().system(), asked.request().messages());
            switch (behaviour) {
                case Behaviour.Refuses(int status, Map<String, String> extra, String body) -> {
                    note(ask, protocol, prompt, status);
                    Map<String, String> headers = new LinkedHashMap<>(extra);
                    headers.put("Content-Type", "application/json");
                    send(status, headers, body == null ? dialect.error(status, "Please try again later.") : body);
                }
                case Behaviour.HangsUp h -> {
                    note(ask, protocol, prompt, 0);
                    connection.close();
                }
                case Behaviour.HangsBeforeHead h -> {
                    note(ask, protocol, prompt, 0);
                    begun.complete(Instant.now());
                    hang();
                }
                default -> {
                    note(ask, protocol, prompt, 200);
                    stream(dialect, asked, behaviour);
                }
            }
        }

        private void note(HttpAsk ask, String protocol, String prompt, int status) {
            calls.add(new Call(protocol, prompt, status, ask.body(), closed, begun));
        }

        private void stream(Dialect dialect, Asked asked, Behaviour behaviour)
                throws IOException, InterruptedException {
            List<Frame> frames = dialect.frames(asked, answer(asked, behaviour));
            head(200, Map.of("Content-Type", "text/event-stream; charset=utf-8", "Transfer-Encoding", "chunked"));
            int pieces = 0;
            for (Frame frame : frames) {
                if (frame.isPiece() && !goOn(dialect, frame, behaviour, pieces)) {
                    return;
                }
                pieces += frame.isPiece() ? 1 : 0;
                chunk(frame.text());
            }
            if (behaviour instanceof Behaviour.ClosesAtTheEnd) {
                connection.close();
                return;
            }
            chunk("");
        }

        /** Does what the behaviour has for this place; false if that was the last that is sent. */
        private boolean goOn(Dialect dialect, Frame frame, Behaviour behaviour, int pieces)
                throws IOException, InterruptedException {
            int after = switch (behaviour) {
                case Behaviour.Cuts(int n) -> n;
                case Behaviour.Resets(int n) -> n;
                case Behaviour.EndsEarly(int n) -> n;
                case Behaviour.ErrsInStream(int n) -> n;
                case Behaviour.Babbles(int n) -> n;
                case Behaviour.Hangs(int n) -> n;
                default -> -1;
            };
            if (behaviour instanceof Behaviour.IsSlow(Duration perPiece)) {
                Thread.sleep(perPiece);
            }
            if (pieces != after) {
                return true;
            }
            begun.complete(Instant.now());
            switch (behaviour) {
                case Behaviour.Cuts c -> {
                    chunk(frame.text().substring(0, frame.text().length() / 2));
                    connection.close();
                }
                case Behaviour.Resets r -> {
                    connection.setSoLinger(true, 0);
                    connection.close();
                }
                case Behaviour.EndsEarly e -> chunk("");
                case Behaviour.ErrsInStream e -> {
                    chunk(dialect.errorFrame().text());
                    chunk("");
                }
                case Behaviour.Babbles b -> {
                    chunk("data: <html>502 Bad Gateway</html>\n\n");
                    chunk("");
                }
                case Behaviour.Hangs h -> hang();
                default -> throw new IllegalStateException("nothing to do at a place: " + behaviour);
            }
            return false;
        }

        private Answer answer(Asked asked, Behaviour behaviour) throws InterruptedException {
            ModelRequest request = asked.request();
            ModelReply reply = reply(request, behaviour);
            long input = reply.usage().inputTokens();
            // An even split, so that each provider's way to count shows in its numbers.
            Count count = new Count(input, input / 2, input / 4, reply.usage().outputTokens(), REASONING_TOKENS);
            return new Answer(
                    pieces(reply.text()),
                    reply.stop(),
                    behaviour instanceof Behaviour.KeepsUsageToItself ? null : count);
        }

        private ModelReply reply(ModelRequest request, Behaviour behaviour) throws InterruptedException {
            try {
                ModelReply reply = brain.reply(request, OfflineBrain.nobody());
                return behaviour instanceof Behaviour.Says(String text, ModelReply.Stop stop)
                        ? new ModelReply(reply.model(), text, stop, reply.usage(), reply.fidelity())
                        : reply;
            } catch (ModelException e) {
                String what = request.format() instanceof OutputFormat.Files ? "files" : "JSON";
                throw new IllegalStateException("the brain has no answer for " + what + ": " + e.getMessage(), e);
            }
        }

        private void hang() throws InterruptedException {
            new CountDownLatch(1).await();
        }

        private void send(int status, Map<String, String> headers, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put("Content-Length", String.valueOf(bytes.length));
            head(status, all);
            out.write(bytes);
            out.flush();
        }

        private void head(int status, Map<String, String> headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
            headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        private void chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private static List<String> pieces(String text) {
        int size = Math.max(1, (text.length() + PIECES - 1) / PIECES);
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(from + size, text.length());
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }
}

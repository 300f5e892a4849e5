package dev.nexus.bench.chaos;

import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One run: everything is started, loaded and hit, let run to its end, and judged. */
final class Run {

    private static final Logger log = LoggerFactory.getLogger(Run.class);

    /** How long open jobs may take to end when nothing is hit any more. */
    static final Duration SETTLE = Duration.ofMinutes(3);

    /** Shorter ones need not hit everything. */
    private static final Duration FULL = Duration.ofMinutes(2);

    private static final int MOST_OPEN = 80;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Options options;
    private final Path folder;
    private final Topics topics = new Topics("");

    /**
     * What is asked for.
     *
     * @param length of the time in which blows fall
     */
    record Options(int jobs, Duration length, int brokers, long seed) {

        /** @throws IllegalArgumentException if there would be nothing to judge */
        Options {
            require(jobs >= 1, "--jobs", jobs);
            require(length.compareTo(Duration.ofMinutes(1)) >= 0, "--minutes", length.toSeconds() / 60.0);
            require(brokers >= 1, "--brokers", brokers);
        }

        /** Whether every kind of process has to be hit in every way. */
        boolean isFull() {
            return length.compareTo(FULL) >= 0;
        }

        private static void require(boolean ok, String field, Number value) {
            if (!ok) {
                throw new IllegalArgumentException(
                        field + " is " + value + ", which is less than 1; give 1 or more, or leave it out");
            }
        }
    }

    /** What came of it. */
    record Outcome(List<Breach> breaches, Figures figures) {}

    /** @param folder for data and logs */
    Run(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    Outcome go() throws IOException, InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(3))
                        .executor(threads)
                        .build();
                Fleet fleet = new Fleet(http, folder, options.brokers(), settings())) {
            Thread atExit = Thread.ofPlatform().unstarted(fleet::endAll);
            Runtime.getRuntime().addShutdownHook(atExit);
            try {
                return go(fleet, http);
            } finally {
                fleet.endAll();
                http.shutdownNow();
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        }
    }

    /** Slow models that fail now and then, each in the same way with the same seed. */
    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("nexus.models.offline.latency", "800ms");
        settings.put("nexus.models.offline.jitter", "2500ms");
        settings.put("nexus.models.offline.faults.rate-limited", "0.1");
        settings.put("nexus.models.offline.faults.invalid-output", "0.1");
        settings.put("nexus.models.offline.faults.truncated", "0.05");
        settings.put("nexus.models.offline.faults.seed", String.valueOf(options.seed()));
        settings.put("nexus.tester.scrutiny.enabled", "false"); // it would be most of the work
        settings.put("nexus.agent.drain", "2s"); // less than many tasks take, so that some are handed back
        return settings;
    }

    private Outcome go(Fleet fleet, HttpClient http) throws IOException, InterruptedException {
        log.info("starting {} brokers, and two of each service; logs are in {}", options.brokers(), fleet.logs());
        fleet.start();
        KafkaClients clients = clients(fleet.bootstrapServers());
        try (Watch watch = new Watch(clients, topics.name(Topic.JOB_EVENTS));
                Producer<String, byte[]> producer = clients.producer("customers");
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("clock").factory())) {
            Customer.Market market = new Customer.Market(
                    options.seed(),
                    http,
                    fleet.gateways(),
                    producer,
                    topics.name(Topic.JOB_REQUESTS),
                    topics.name(Topic.JOB_CONTROL),
                    clock);
            List<Customer> customers = new CopyOnWriteArrayList<>();
            Striker striker = new Striker(fleet, watch, new Schedule(options.seed(), options.length()));
            List<Breach> breaches = new ArrayList<>();
            long began = System.nanoTime();
            try (ExecutorService shopping = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> load = shopping.submit(() -> {
                    load(customers, market, watch, striker, shopping);
                    return null;
                });
                striker.run(options.length(), options.isFull());
                log.info("no more blows; {} jobs are open", watch.open().size());
                settle(customers, load);
                failureOf(load).ifPresent(what -> breaches.add(new Breach(Breach.Rule.UNSERVED, "", what)));
                load.cancel(true);
                shopping.shutdownNow();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            return judge(fleet, http, clients, customers, striker, breaches, took);
        }
    }

    /**
     * Spreads the jobs over the run; while too many are open, the next ones wait. If blows are still to fall when all are
     * submitted, more jobs follow: a blow on an idle process proves nothing.
     */
    private void load(
            List<Customer> customers, Customer.Market market, Watch watch, Striker striker, ExecutorService shopping)
            throws InterruptedException {
        long began = System.nanoTime();
        long each = options.length().toNanos() / options.jobs();
        for (int i = 0; i < options.jobs() || !striker.isOver(); i++) {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, began + i * each - System.nanoTime()));
            while (watch.open().size() > MOST_OPEN) {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            }
            Customer customer = new Customer(Workload.wish(options.seed(), i), market);
            customers.add(customer);
            shopping.execute(customer);
        }
    }

    /** Waits until every job was submitted and has ended, but not for ever: who is not served by then is on record. */
    private static void settle(List<Customer> customers, Future<?> load) throws InterruptedException {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (System.nanoTime() < deadline) {
            if (load.isDone() && customers.stream().allMatch(Customer::hasEnded)) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        log.warn("not all jobs have ended {} s after the last blow", SETTLE.toSeconds());
    }

    /** Why not every job was submitted, if so. */
    static Optional<String> failureOf(Future<?> load) {
        return switch (load.state()) {
            case SUCCESS -> Optional.empty();
            case FAILED -> Optional.of("submitting the jobs failed: " + load.exceptionNow());
            case RUNNING, CANCELLED ->
                Optional.of("jobs were still being submitted " + SETTLE.toSeconds() + " s after the last blow");
        };
    }

    private Outcome judge(
            Fleet fleet,
            HttpClient http,
            KafkaClients clients,
            List<Customer> customers,
            Striker striker,
            List<Breach> breaches,
            Duration took)
            throws IOException, InterruptedException {
        RawTopics raw = new RawTopics(clients);
        List<RawRecord> events = raw.all(topics.name(Topic.JOB_EVENTS));
        List<RawRecord> requests = raw.all(topics.name(Topic.JOB_REQUESTS));
        List<RawRecord> calls = raw.all(topics.name(Topic.MODEL_CALLS));
        List<RawRecord> orders = new ArrayList<>();
        for (Topic topic : List.of(Topic.PLAN_REQUESTS, Topic.BUILD_REQUESTS, Topic.TEST_REQUESTS)) {
            orders.addAll(raw.all(topics.name(topic)));
        }
        Audit audit = new Audit(events);
        audit.everyJobHasOneEnd(accepted(customers, requests));
        List<Told> told = customers.stream().map(Customer::told).toList();
        audit.everyCustomerIsServed(options.jobs(), told);
        audit.noJobFailsForAReasonOfItsOwn();
        audit.nothingIsReplaced(orders);
        audit.everyFileIsKept(raw.files(topics.name(Topic.JOB_ARTEFACTS)));
        Blows blows = new Blows(striker.done(), options.brokers());
        audit.everyCallIsOfTheClaimsWinner(calls);
        audit.noCallIsRepeated(calls, blows.stops(), blows.outages());
        for (Customer customer : customers) {
            String job = customer.job();
            if (job != null) {
                audit.streamIsTheLog(job, customer.frames());
            }
            customer.surprises()
                    .forEach(what -> breaches.add(new Breach(Breach.Rule.ANSWER, job == null ? "" : job, what)));
        }
        Cancellations cancellations = new Cancellations(audit.jobs(), calls, blows);
        breaches.addAll(cancellations.breaches(told));
        Reissues reissues = new Reissues(audit.jobs(), blows);
        breaches.addAll(reissues.breaches());
        bodies(fleet, http, audit);
        breaches.addAll(audit.breaches());
        breaches.addAll(processes(fleet, striker));
        write(breaches, audit, customers, striker);
        return new Outcome(
                breaches,
                Figures.of(
                        audit,
                        customers,
                        striker.done(),
                        fleet.members(),
                        breaches,
                        took,
                        reissues.recoveries(),
                        cancellations.longest(told)));
    }

    private void write(List<Breach> breaches, Audit audit, List<Customer> customers, Striker striker)
            throws IOException {
        Evidence evidence = new Evidence(folder);
        evidence.blows(striker.done());
        evidence.breaches(breaches);
        Set<String> concerned = breaches.stream().map(Breach::job).collect(Collectors.toSet());
        for (String job : concerned) {
            JobHistory history = audit.jobs().get(job);
            if (history != null) {
                evidence.job(
                        history,
                        customers.stream()
                                .filter(customer -> job.equals(customer.job()))
                                .flatMap(customer -> customer.frames().stream())
                                .toList());
            }
        }
    }

    private List<Breach> processes(Fleet fleet, Striker striker) {
        List<Breach> breaches = new ArrayList<>();
        for (Member member : fleet.members()) {
            if (!member.isUp()) {
                breaches.add(new Breach(Breach.Rule.PROCESS, "", member.name() + " did not come back"));
            }
            if (member.ownEnds() > 0) {
                breaches.add(new Breach(
                        Breach.Rule.PROCESS, "", member.name() + " ended by itself, " + member.ownEnds() + " times"));
            }
            if (member.hungStops() > 0) {
                breaches.add(new Breach(
                        Breach.Rule.PROCESS,
                        "",
                        member.name() + " did not end after SIGTERM, " + member.hungStops() + " times"));
            }
        }
        if (options.isFull()) {
            Striker.missing(striker.done()).forEach(what -> breaches.add(new Breach(Breach.Rule.COVERAGE, "", what)));
        }
        return breaches;
    }

    /** What a client was promised: a 202, or a request that the brokers took. */
    private static Set<String> accepted(List<Customer> customers, List<RawRecord> requests) {
        Set<String> accepted = new TreeSet<>();
        customers.forEach(customer -> Optional.ofNullable(customer.job()).ifPresent(accepted::add));
        requests.stream().map(RawRecord::key).filter(key -> !key.isEmpty()).forEach(accepted::add);
        return accepted;
    }

    private void bodies(Fleet fleet, HttpClient http, Audit audit) throws InterruptedException {
        for (JobHistory job : audit.jobs().values()) {
            if (job.isAccepted()) {
                List<String> bodies = new ArrayList<>();
                for (URI gateway : fleet.gateways()) {
                    bodies.add(body(http, gateway, job));
                }
                List<JsonNode> trees = bodies.stream().map(Run::tree).toList();
                audit.bodiesTellTheLog(job.job(), bodies, trees);
            }
        }
    }

    private static JsonNode tree(String body) {
        try {
            return Json.tree(body.getBytes(StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            return Json.MAPPER.createObjectNode();
        }
    }

    /** Asks again for a moment, as a replica may still be reading the last events. */
    private static String body(HttpClient http, URI gateway, JobHistory job) throws InterruptedException {
        String body = "";
        for (int i = 0; i < 50; i++) {
            try {
                body = http.send(
                                HttpRequest.newBuilder(gateway.resolve("/jobs/" + job.job()))
                                        .timeout(ANSWER)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
                if (tree(body).path("seq").asInt() >= job.counted().size()) {
                    return body;
                }
            } catch (IOException e) {
                body = e.toString();
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return body;
    }

    private static KafkaClients clients(String bootstrapServers) {
        KafkaProperties kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of(bootstrapServers.split(",")));
        return new KafkaClients(kafka, "chaos");
    }
}

package dev.nexus.gateway;

import dev.nexus.contract.Artefacts;
import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.access.Door;
import dev.nexus.gateway.access.KeyReader;
import dev.nexus.gateway.access.Quotas;
import dev.nexus.gateway.access.Rates;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.archive.Archive;
import dev.nexus.gateway.archive.ArchiveSettings;
import dev.nexus.gateway.archive.Archives;
import dev.nexus.gateway.drive.Driver;
import dev.nexus.gateway.drive.DriverSeat;
import dev.nexus.gateway.http.Readers;
import dev.nexus.gateway.intake.Approvals;
import dev.nexus.gateway.intake.DayBudget;
import dev.nexus.gateway.intake.Intake;
import dev.nexus.gateway.intake.Refusals;
import dev.nexus.gateway.intake.RequestConsumer;
import dev.nexus.gateway.intake.Room;
import dev.nexus.gateway.log.Brokers;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.DiskWatch;
import dev.nexus.gateway.log.Heart;
import dev.nexus.gateway.log.History;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.LogReader;
import dev.nexus.gateway.log.Spending;
import dev.nexus.gateway.telemetry.Arrivals;
import dev.nexus.gateway.telemetry.GatewayFigures;
import dev.nexus.gateway.telemetry.JobFigures;
import dev.nexus.gateway.telemetry.JobSpans;
import dev.nexus.gateway.telemetry.KnownIds;
import dev.nexus.gateway.telemetry.ServiceFigures;
import dev.nexus.gateway.webhook.WebhookSettings;
import dev.nexus.gateway.webhook.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The gateway as a process. */
@SpringBootApplication
@EnableConfigurationProperties({GatewaySettings.class, ArchiveSettings.class, WebhookSettings.class, Topics.class})
public class GatewayApplication {

    /** The name of the configuration file: all services share one class path in the standalone process. */
    public static final String CONFIG_NAME = "gateway";

    public static void main(String[] args) {
        System.setProperty("spring.config.name", CONFIG_NAME);
        SpringApplication.run(GatewayApplication.class, args);
    }

    /** Only when the brokers let this gateway in, and are ready for it: whatever needs a client comes after that. */
    @Bean
    KafkaClients kafkaClients(
            Door door, KafkaProperties settings, SslBundles bundles, Topics topics, GatewaySettings gateway)
            throws InterruptedException {
        KafkaClients clients = KafkaClients.connected(settings, Service.GATEWAY.wire(), bundles);
        try (Admin admin = clients.admin()) {
            new TopicSetup(topics, Service.GATEWAY).prepare(admin);
            Retention.require(admin, topics, gateway.deadlines().asDeadlines());
        }
        return clients;
    }

    @Bean
    Producer<String, byte[]> producer(KafkaClients clients) {
        return clients.producer("producer");
    }

    @Bean
    EventLog eventLog(Producer<String, byte[]> producer, Topics topics) {
        return new EventLog(producer, topics, Service.GATEWAY.wire());
    }

    @Bean
    DeadLetters deadLetters(Producer<String, byte[]> producer, Topics topics) {
        return new DeadLetters(producer, topics);
    }

    @Bean
    Refusals refusals(DeadLetters deadLetters, EventLog events) {
        return new Refusals(events, deadLetters);
    }

    @Bean
    Artefacts artefacts(KafkaClients clients, Producer<String, byte[]> producer, Topics topics) {
        return new Artefacts(clients, producer, topics);
    }

    @Bean
    History history(KafkaClients clients, Topics topics) {
        return new History(clients, topics);
    }

    @Bean
    CallLog callLog(KafkaClients clients, Topics topics) {
        return new CallLog(clients, topics);
    }

    @Bean
    JobTable jobTable(History history, GatewaySettings settings) {
        return new JobTable(history, settings.history().maxJobsInMemory());
    }

    @Bean(destroyMethod = "") // the lifecycle stops it, in its turn
    Archive archive(
            KafkaClients clients,
            Topics topics,
            Heart heart,
            GatewaySettings settings,
            ArchiveSettings archive,
            Environment environment) {
        return settings.archive() == GatewaySettings.Store.OFF
                ? Archive.NONE
                : Archives.inDatabase(clients, topics, heart.self(), archive.keep(), environment);
    }

    @Bean
    AllJobs allJobs(JobTable jobs, CallLog calls, Artefacts artefacts, Archive archive, LogReader reader) {
        return new AllJobs(jobs, calls, artefacts, archive, reader::caughtUp);
    }

    @Bean
    Quotas quotas(GatewaySettings settings) {
        return new Quotas(settings.tenants());
    }

    @Bean
    Rates rates(Quotas quotas) {
        return new Rates(quotas);
    }

    @Bean
    Spending spending(Quotas quotas) {
        return new Spending(quotas.countMoney(), Clock.systemUTC());
    }

    @Bean
    DiskWatch diskWatch(KafkaClients clients, GatewaySettings settings) {
        return new DiskWatch(clients::admin, settings.limits().minFreeDisk());
    }

    @Bean
    Room room(JobTable jobs, DiskWatch disks, Quotas quotas, GatewaySettings settings) {
        return new Room(
                jobs, settings.limits().openJobs(), settings.limits().openBytes(), disks::shortage, quotas::openJobs);
    }

    @Bean
    Intake intake(
            EventLog events,
            Artefacts artefacts,
            JobTable jobs,
            Room room,
            Spending spending,
            Quotas quotas,
            LogReader reader,
            Webhooks webhooks,
            GatewaySettings settings) {
        return new Intake(
                events,
                artefacts,
                jobs,
                room,
                new DayBudget(jobs, spending, quotas::budgetPerDayUsd, Clock.systemUTC()),
                reader::caughtUp,
                webhooks.known(),
                settings.deadlines().job(),
                settings.budget().perJobUsd());
    }

    @Bean(destroyMethod = "") // the lifecycle stops it, in its turn
    Webhooks webhooks(
            KafkaClients clients,
            Producer<String, byte[]> producer,
            Topics topics,
            JobTable jobs,
            LogReader reader,
            WebhookSettings settings,
            Door door) {
        return new Webhooks(
                clients, producer, topics, jobs, reader::caughtUp, settings, door.isOpen(), GatewayLifecycle.VERSION);
    }

    @Bean
    Approvals approvals(EventLog events, JobTable jobs, LogReader reader) {
        return new Approvals(events, jobs, reader::caughtUp);
    }

    @Bean
    Driver driver(
            Producer<String, byte[]> producer,
            EventLog events,
            Topics topics,
            JobTable jobs,
            Quotas quotas,
            GatewaySettings settings) {
        return new Driver(
                producer,
                events,
                topics,
                jobs,
                settings.deadlines().asDeadlines(),
                settings.limits().queuedOrders(),
                quotas::runningTasks);
    }

    @Bean
    Heart heart(Producer<String, byte[]> producer, Topics topics, Rates rates, Driver driver) {
        String self = Service.GATEWAY.wire() + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return new Heart(producer, topics, self, GatewayLifecycle.VERSION, rates, driver::isDriving);
    }

    @Bean
    Brokers brokers(KafkaClients clients) {
        return new Brokers(clients::admin);
    }

    @Bean
    JobFigures jobFigures(MeterRegistry meters, Driver driver) {
        return new JobFigures(meters, driver::isDriving);
    }

    @Bean
    ServiceFigures serviceFigures(
            MeterRegistry meters, JobTable jobs, Driver driver, Quotas quotas, Spending spending) {
        return new ServiceFigures(
                meters, jobs, driver::isDriving, driver::heldBack, quotas.budgetsPerDayUsd(), spending::today);
    }

    @Bean
    JobSpans jobSpans(OpenTelemetry openTelemetry, Driver driver) {
        return new JobSpans(openTelemetry, driver::isDriving);
    }

    @Bean
    Arrivals arrivals(OpenTelemetry openTelemetry) {
        return new Arrivals(openTelemetry);
    }

    @Bean
    SdkTracerProviderBuilderCustomizer idsOfSpans() {
        return tracing -> tracing.setIdGenerator(new KnownIds());
    }

    @Bean
    GatewayFigures gatewayFigures(
            MeterRegistry meters,
            LogReader log,
            Readers readers,
            Webhooks webhooks,
            DeadLetters deadLetters,
            Driver driver,
            GatewayLifecycle gateway) {
        return new GatewayFigures(
                meters, log, readers, webhooks.deliveries(), deadLetters, driver::isDriving, gateway::takesRequests);
    }

    @Bean(destroyMethod = "") // the lifecycle stops it, in its turn
    LogReader logReader(
            KafkaClients clients,
            Topics topics,
            JobTable jobs,
            Driver driver,
            JobFigures figures,
            ServiceFigures services,
            JobSpans spans,
            Heart heart,
            Rates rates,
            Spending spending) {
        return new LogReader(
                clients, topics, jobs, driver.and(figures).and(services).and(spans), heart, rates, spending);
    }

    @Bean
    GatewayLifecycle gateway(
            KafkaClients clients,
            Topics topics,
            Heart heart,
            LogReader reader,
            KeyReader keys,
            Rates rates,
            EventLog events,
            Approvals approvals,
            History history,
            Refusals refusals,
            JobTable jobs,
            Intake intake,
            Driver driver,
            DiskWatch disks,
            Arrivals arrivals,
            Webhooks webhooks,
            Archive archive) {
        return new GatewayLifecycle(
                heart,
                disks,
                reader,
                keys,
                history,
                driver,
                new DriverSeat(clients, topics, driver, jobs, events, approvals, refusals, reader::trouble),
                new RequestConsumer(clients, topics, intake, rates, refusals, arrivals),
                webhooks,
                archive);
    }
}

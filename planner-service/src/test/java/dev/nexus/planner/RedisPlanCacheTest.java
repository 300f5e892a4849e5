package dev.nexus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nexus.agent.ScriptedTask;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topics;
import dev.nexus.model.Prompts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Against a real Redis, with the settings of the service. */
@Timeout(60)
class RedisPlanCacheTest {

    private static final String ROMAN = Resources.text("roman.plan.json");
    private static final PlanCache.Entry ENTRY =
            new PlanCache.Entry(Json.read(ROMAN.getBytes(StandardCharsets.UTF_8), Plan.class), Fidelity.IMPLEMENTATION);

    @EnableConfigurationProperties({PlanCacheSettings.class, Topics.class})
    static class Settings {}

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RedisPlanCache.class);
    private final AtomicLong nanos = new AtomicLong();
    private RedisServer redis;

    @BeforeEach
    void startRedis() throws Exception {
        redis = new RedisServer(folder);
        redis.start();
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stopRedis() throws Exception {
        logger.detachAppender(logged);
        if (redis != null) {
            redis.kill(); // it may hang
        }
    }

    @Test
    void anotherPlannerFindsThePlan() {
        application().run(one -> planner(one).run(order(), new ScriptedTask(ROMAN)));
        application().run(two -> {
            var task = new ScriptedTask();

            Outcome outcome = planner(two).run(order(), task);

            assertThat(outcome).isEqualTo(new Outcome.Planned(ENTRY.plan(), true));
            assertThat(task.reused()).containsExactly(Fidelity.IMPLEMENTATION);
        });
    }

    @Test
    void aPlanIsKeptUnderItsKeyForItsTime() {
        application("nexus.topics.prefix=test-", "nexus.plan-cache.time-to-live=1h")
                .run(context -> {
                    cache(context).put("abc", ENTRY);

                    assertThat(redis.command("KEYS *")).contains("test-nexus:plan:abc");
                    assertThat(redis.command("TTL test-nexus:plan:abc")).matches(":3(600|59\\d)\\s*");
                    assertThat(redis.command("GET test-nexus:plan:abc"))
                            .contains("\"plan\":{", "\"fidelity\":\"implementation\"");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "no JSON",
                "{\"plan\":{}}",
                "{\"fidelity\":\"implementation\"}",
                "{\"plan\":{\"summary\":\"x\",\"language\":\"python\"},\"fidelity\":\"implementation\"}",
                "{\"plan\":{\"summary\":\"x\",\"language\":\"python\",\"interface\":[],\"steps\":[{\"id\":\"a\",\"title\":\"a\","
                        + "\"files\":[\"../a.py\"],\"dependsOn\":[]}]},\"fidelity\":\"implementation\"}"
            })
    void whatCouldNotBeBuiltIsNotThere(String value) {
        application().run(context -> {
            context.getBean(StringRedisTemplate.class).opsForValue().set("nexus:plan:key", value);

            assertThat(cache(context).get("key")).isEmpty();
            assertThat(logged.list).isEmpty();
        });
    }

    @Test
    void withoutRedisPlansAreMadeAndOneWarningIsGivenAtEachTurn() {
        application().run(context -> {
            Planner planner = planner(context);
            planner.run(order(), new ScriptedTask(ROMAN));

            redis.stop();
            for (int i = 0; i < 5; i++) {
                nanos.addAndGet(RedisPlanCache.PAUSE.toNanos()); // so that each of them tries
                assertThat(planner.run(order(), new ScriptedTask(ROMAN)))
                        .isEqualTo(new Outcome.Planned(ENTRY.plan(), false));
            }
            assertThat(warnings())
                    .singleElement()
                    .asString()
                    .startsWith("no plan is kept or found until Redis answers");

            redis.start();
            await().until(() -> {
                nanos.addAndGet(RedisPlanCache.PAUSE.toNanos());
                return planner.run(order(), new ScriptedTask(ROMAN)).equals(new Outcome.Planned(ENTRY.plan(), true));
            });
            assertThat(warnings()).hasSize(2).last().asString().isEqualTo("Redis answers again: plans are kept");
        });
    }

    @Test
    void aRedisThatIsNotThereAtTheStartIsNoFault() throws Exception {
        redis.stop();
        application().run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(PlanCache.class).get("key")).isEmpty();
            assertThat(warnings()).singleElement().asString().contains("Connection refused");
        });
    }

    @Test
    void aRedisThatHangsIsWaitedForHalfASecondAndThenLeftAlone() {
        application("spring.data.redis.timeout=1m").run(context -> {
            PlanCache cache = cache(context);
            cache.put("key", ENTRY);
            redis.signal("STOP");

            long started = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                assertThat(cache.get("key")).isEmpty();
            }
            Duration all = Duration.ofNanos(System.nanoTime() - started);

            redis.signal("CONT");
            assertThat(all).isBetween(RedisPlanCache.PATIENCE, RedisPlanCache.PATIENCE.multipliedBy(10));
            assertThat(warnings()).singleElement().asString().endsWith("it gave no answer in time");
        });
    }

    @Test
    void aRedisThatTakesNothingMoreStillAnswersAndIsNamedOnce() {
        application().run(context -> {
            PlanCache cache = cache(context);
            cache.put("key", ENTRY);
            redis.command("CONFIG SET maxmemory 1");

            cache.put("other", ENTRY);
            cache.put("other", ENTRY);

            assertThat(cache.get("key")).contains(ENTRY);
            assertThat(warnings())
                    .singleElement()
                    .asString()
                    .startsWith("no plan is kept until Redis takes one again: OOM");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "off"})
    void withoutTheChoiceOfRedisNothingConnectsToOne(String store) {
        application("nexus.plan-cache.store=" + store)
                .run(context -> assertThat(context).doesNotHaveBean(RedisConnectionFactory.class));
    }

    private ApplicationContextRunner application(String... more) {
        return new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Settings.class, RedisPlanCacheConfiguration.class)
                .withPropertyValues(
                        "spring.config.name=planner-service",
                        "nexus.plan-cache.store=redis",
                        "spring.data.redis.port=" + redis.port())
                .withPropertyValues(more);
    }

    private List<String> warnings() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private Planner planner(AssertableApplicationContext context) {
        return new Planner(Prompts.builtIn().get("planner"), cache(context));
    }

    /** The application's, with the clock of the test. */
    private PlanCache cache(AssertableApplicationContext context) {
        return new RedisPlanCache(
                context.getBean(StringRedisTemplate.class).opsForValue(),
                context.getBean(Topics.class).prefix(),
                context.getBean(PlanCacheSettings.class).timeToLive(),
                nanos::get);
    }

    private static Order.PlanOrder order() {
        return new Order.PlanOrder(TaskId.plan(), 1, new Since(0, 0, Instant.EPOCH), "Roman numerals", true);
    }
}

package dev.nexus.planner;

import dev.nexus.contract.Json;
import dev.nexus.contract.PlanRules;
import io.lettuce.core.RedisCommandExecutionException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.core.ValueOperations;
import tools.jackson.core.JacksonException;

/**
 * The plans of all planner processes, in Redis. While it does not answer there is no cache: a job waits for it half a second
 * at most, and then none does for some seconds.
 */
final class RedisPlanCache implements PlanCache {

    private static final Logger log = LoggerFactory.getLogger(RedisPlanCache.class);

    /** How long the first connection may take, before there are jobs. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(5);

    /** How long a command may take, whatever {@code spring.data.redis.timeout} allows. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    /** How long a Redis that did not answer is left alone. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final ValueOperations<String, String> redis;
    private final String prefix;
    private final Duration timeToLive;
    private final LongSupplier nanoTime;
    private boolean away;
    private boolean refuses;
    private long nextTry;

    /** @param prefix stands before every key, so that several installations can share a Redis */
    RedisPlanCache(ValueOperations<String, String> redis, String prefix, Duration timeToLive, LongSupplier nanoTime) {
        this.redis = redis;
        this.prefix = prefix + "nexus:plan:";
        this.timeToLive = timeToLive;
        this.nanoTime = nanoTime;
    }

    /** Connects if it can be done: a first job would wait longer for that than for an answer. */
    void connect() throws InterruptedException {
        var _ = value("", FIRST_PATIENCE);
    }

    @Override
    public Optional<Entry> get(String key) throws InterruptedException {
        return mayTry() ? value(key, PATIENCE).flatMap(RedisPlanCache::read) : Optional.empty();
    }

    private Optional<String> value(String key, Duration patience) throws InterruptedException {
        try {
            String value = inTime(patience, () -> redis.get(prefix + key));
            answered();
            return Optional.ofNullable(value);
        } catch (ExecutionException | TimeoutException e) {
            lost(e);
            return Optional.empty();
        }
    }

    @Override
    public void put(String key, Entry entry) throws InterruptedException {
        if (!mayTry()) {
            return;
        }
        String value = new String(Json.write(entry), StandardCharsets.UTF_8);
        try {
            inTime(PATIENCE, () -> {
                redis.set(prefix + key, value, timeToLive);
                return null;
            });
            answered();
            taken();
        } catch (ExecutionException | TimeoutException e) {
            if (NestedExceptionUtils.getMostSpecificCause(e) instanceof RedisCommandExecutionException refusal) {
                refused(refusal); // it is there, and may go on answering what is asked for
            } else {
                lost(e);
            }
        }
    }

    /** What does not read as an entry, or could not be built, is as good as nothing. */
    private static Optional<Entry> read(String value) {
        try {
            Entry entry = Json.read(value.getBytes(StandardCharsets.UTF_8), Entry.class);
            return isWhole(entry) && PlanRules.problemsWith(entry.plan()).isEmpty()
                    ? Optional.of(entry)
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("ConstantValue") // Jackson passes null for what is absent
    private static boolean isWhole(Entry entry) {
        return entry.plan() != null && entry.fidelity() != null;
    }

    private static <T extends @Nullable Object> T inTime(Duration patience, Callable<T> command)
            throws ExecutionException, TimeoutException, InterruptedException {
        FutureTask<T> answer = new FutureTask<>(command);
        Thread asking = Thread.ofVirtual().name("plan-cache").start(answer);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            asking.interrupt();
        }
    }

    /** While it is away, one caller in each pause tries. */
    private synchronized boolean mayTry() {
        long now = nanoTime.getAsLong();
        if (away && now - nextTry < 0) {
            return false;
        }
        nextTry = now + PAUSE.toNanos();
        return true;
    }

    private synchronized void answered() {
        if (away) {
            away = false;
            log.warn("Redis answers again: plans are kept");
        }
    }

    private synchronized void lost(Exception why) {
        nextTry = nanoTime.getAsLong() + PAUSE.toNanos();
        if (!away) {
            away = true;
            log.warn("no plan is kept or found until Redis answers again: {}", reason(why));
        }
    }

    private synchronized void taken() {
        refuses = false;
    }

    private synchronized void refused(RedisCommandExecutionException why) {
        if (!refuses) {
            refuses = true;
            log.warn("no plan is kept until Redis takes one again: {}", why.getMessage());
        }
    }

    private static String reason(Exception why) {
        return why instanceof TimeoutException
                ? "it gave no answer in time"
                : String.valueOf(NestedExceptionUtils.getMostSpecificCause(why).getMessage());
    }
}

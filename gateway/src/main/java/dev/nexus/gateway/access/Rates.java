package dev.nexus.gateway.access;

import dev.nexus.contract.ErrorCode;
import dev.nexus.gateway.log.Tally;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * How many requests each tenant may send: a bucket per tenant at each gateway, from which is taken what any of them has let
 * in, as their heartbeats tell once a second. So all together let in what one would, and what comes in a second besides.
 */
public final class Rates implements Tally {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Quotas quotas;
    private final LongSupplier nanos;
    private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final Map<String, Integer> untold = new ConcurrentHashMap<>();

    public Rates(Quotas quotas) {
        this(quotas, System::nanoTime);
    }

    Rates(Quotas quotas, LongSupplier nanos) {
        this.quotas = quotas;
        this.nanos = nanos;
    }

    /**
     * Takes the place of one request.
     *
     * @return how long to wait if there is none; null if there was
     */
    public @Nullable Duration take(String tenant) {
        TokenBucket bucket = bucket(tenant);
        if (bucket == null) {
            return null;
        }
        if (!bucket.take(nanos.getAsLong())) {
            return bucket.untilNext(nanos.getAsLong());
        }
        untold.merge(tenant, 1, Integer::sum);
        return null;
    }

    /** What a tenant is told that sends too much. */
    public String refusal(String tenant) {
        return "more than " + quotas.requestsPerMinute(tenant) + " requests a minute (nexus.tenants." + tenant
                + ".requests-per-minute, or that of default); send the request again later";
    }

    /** Likewise, on HTTP. */
    NotAdmitted refusal(String tenant, Duration wait) {
        return NotAdmitted.later(ErrorCode.RATE_LIMITED, refusal(tenant), wait);
    }

    /** Where the tenant stands, as draft-ietf-httpapi-ratelimit-headers has it; nothing where there is no limit. */
    void tell(String tenant, HttpHeaders headers) {
        TokenBucket bucket = bucket(tenant);
        if (bucket != null) {
            long now = nanos.getAsLong();
            headers.set(
                    "RateLimit-Policy",
                    "\"default\";q=" + quotas.requestsPerMinute(tenant) + ";w=" + WINDOW.toSeconds());
            headers.set("RateLimit", "\"default\";r=" + bucket.left(now) + ";t=" + seconds(bucket.untilFull(now)));
        }
    }

    /** Whole seconds, and not before the time. */
    static long seconds(Duration time) {
        return time.plusMillis(999).toSeconds();
    }

    private @Nullable TokenBucket bucket(String tenant) {
        int limit = quotas.requestsPerMinute(tenant);
        return limit == 0
                ? null
                : buckets.computeIfAbsent(tenant, _ -> new TokenBucket(limit, WINDOW, nanos.getAsLong()));
    }

    @Override
    public Map<String, Integer> drain() {
        Map<String, Integer> all = new HashMap<>();
        untold.keySet().forEach(tenant -> {
            Integer count = untold.remove(tenant);
            if (count != null) {
                all.put(tenant, count);
            }
        });
        return all;
    }

    @Override
    public void putBack(Map<String, Integer> drained) {
        drained.forEach((tenant, count) -> untold.merge(tenant, count, Integer::sum));
    }

    @Override
    public void heard(Map<String, Integer> elsewhere) {
        elsewhere.forEach((tenant, count) -> {
            TokenBucket bucket = bucket(tenant);
            if (bucket != null) {
                bucket.takenElsewhere(count, nanos.getAsLong());
            }
        });
    }
}

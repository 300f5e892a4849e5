package dev.nexus.model;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models that are asked in turn, each when the one before gives no answer. One that failed often is left alone for a while;
 * if all are, the first that may be asked again is waited for.
 */
final class Chain implements LanguageModel {

    private static final Logger log = LoggerFactory.getLogger(Chain.class);

    /** How often it is looked whether a model may be asked again, in all the time that it is waited. */
    private static final int LOOKS = 100;

    private final List<Link> links;
    private final Duration patience;

    /**
     * A model of the chain.
     *
     * @param name as {@code provider/model}
     * @param breaker shared by all chains that have this model
     */
    record Link(String name, LanguageModel model, CircuitBreaker breaker) {}

    /** @param patience how long it is waited when every model is left alone */
    Chain(List<Link> links, Duration patience) {
        this.links = List.copyOf(links);
        this.patience = patience;
    }

    @Override
    public ModelReply reply(ModelRequest request, Caller caller) throws ModelException, InterruptedException {
        List<ErrorInfo> failures = new ArrayList<>();
        for (Link link : links) {
            if (!link.breaker().tryAcquirePermission()) {
                continue;
            }
            try {
                return ask(link, request, caller);
            } catch (ModelException e) {
                failures.add(e.error());
                if (e.error().code() == ErrorCode.BUDGET_EXHAUSTED) {
                    throw e;
                }
                if (!link.equals(links.getLast())) {
                    log.warn(
                            "{} gives no answer, asking the next model: {}",
                            link.name(),
                            e.error().message());
                    caller.accept(new ModelEvent.Restart(link.name() + " gives no answer; asking the next model"));
                }
            }
        }
        if (failures.isEmpty()) {
            return ask(firstThatMayBeAsked(), request, caller);
        }
        throw new ModelException(last(failures));
    }

    /** The last failure, which is retryable if any of them is. */
    private static ErrorInfo last(List<ErrorInfo> failures) {
        ErrorInfo last = failures.getLast();
        return new ErrorInfo(last.code(), last.message(), failures.stream().anyMatch(ErrorInfo::retryable));
    }

    private static ModelReply ask(Link link, ModelRequest request, Caller caller)
            throws ModelException, InterruptedException {
        long started = System.nanoTime();
        try {
            ModelReply reply = link.model().reply(request, caller);
            link.breaker().onSuccess(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            return reply;
        } catch (ModelException e) {
            if (e.error().retryable()) {
                link.breaker().onError(System.nanoTime() - started, TimeUnit.NANOSECONDS, e);
            } else {
                link.breaker()
                        .releasePermission(); // the question's fault, or the budget's, and no failing of the model's
            }
            throw e;
        } catch (InterruptedException | RuntimeException | Error e) {
            link.breaker().releasePermission();
            throw e;
        }
    }

    /** Whether calls are under way that show whether a model is back; their end is worth waiting for. */
    private boolean isTried() {
        return links.stream().anyMatch(link -> link.breaker().getState() == CircuitBreaker.State.HALF_OPEN);
    }

    private Link firstThatMayBeAsked() throws ModelException, InterruptedException {
        long look = Math.max(1, patience.toMillis() / LOOKS);
        for (int looks = 0; looks <= LOOKS; looks += isTried() ? 0 : 1) {
            for (Link link : links) {
                if (link.breaker().tryAcquirePermission()) {
                    return link;
                }
            }
            Thread.sleep(look);
        }
        String names = String.join(", ", links.stream().map(Link::name).toList());
        throw new ModelException(new ErrorInfo(
                ErrorCode.MODEL_UNAVAILABLE,
                names + (links.size() == 1 ? " has" : " have") + " failed so often that no call is made for the moment;"
                        + " look into the log for the reason, or name another model in nexus.models.agents",
                true));
    }
}

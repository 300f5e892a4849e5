package dev.nexus.model;

import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A caller that keeps all it is told, and may spend what it likes. */
record Listener(List<ModelEvent> events, List<BigDecimal> reserved, List<Charge> charges) implements Caller {

    record Charge(String model, String reason, Usage usage) {}

    Listener(List<ModelEvent> events) {
        this(events, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    }

    Listener() {
        this(new CopyOnWriteArrayList<>());
    }

    @Override
    public String group() {
        return "a job";
    }

    @Override
    public void accept(ModelEvent event) {
        events.add(event);
    }

    @Override
    public void reserve(String model, @Nullable BigDecimal worstCaseUsd) {
        reserved.add(worstCaseUsd == null ? BigDecimal.ZERO : worstCaseUsd);
    }

    @Override
    public void charge(String model, String reason, Usage estimated) {
        charges.add(new Charge(model, reason, estimated));
    }
}

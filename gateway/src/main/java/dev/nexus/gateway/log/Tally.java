package dev.nexus.gateway.log;

import java.util.Map;

/** What gateways tell each other in their heartbeats: how many requests each tenant has sent since the last one. */
public interface Tally {

    /** Where nobody counts. */
    Tally NONE = new Tally() {
        @Override
        public Map<String, Integer> drain() {
            return Map.of();
        }

        @Override
        public void putBack(Map<String, Integer> drained) {}

        @Override
        public void heard(Map<String, Integer> elsewhere) {}
    };

    /** What was counted here since the last call. */
    Map<String, Integer> drain();

    /** It could not be told; the next call of {@link #drain} gives it again. */
    void putBack(Map<String, Integer> drained);

    /** What another gateway has counted. */
    void heard(Map<String, Integer> elsewhere);
}

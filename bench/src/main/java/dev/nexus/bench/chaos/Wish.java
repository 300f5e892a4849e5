package dev.nexus.bench.chaos;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to be submitted.
 *
 * @param number from 0
 * @param body of the request, without what names its kind
 * @param cancelAfter its acceptance; null if it is let run
 * @param cancelOverKafka else over HTTP
 * @param repeated whether the same request is sent once more, after it was accepted
 */
record Wish(
        int number,
        Shape shape,
        Door door,
        String body,
        @Nullable Duration cancelAfter,
        boolean cancelOverKafka,
        boolean repeated) {

    /** What is asked for. */
    enum Shape {
        /** Plan, build, tests written and run, repair. */
        PIPELINE("/jobs"),
        PLAN("/tasks/plan"),
        BUILD("/tasks/build"),
        TEST("/tasks/test");

        private final String path;

        Shape(String path) {
            this.path = path;
        }

        /** Where it is posted. */
        String path() {
            return path;
        }

        /** The type of its request on Kafka. */
        String type() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How it comes in. */
    enum Door {
        HTTP,
        HTTP_WITH_KEY,
        KAFKA_WITH_ID,
        KAFKA_WITH_KEY;

        /** Whether the request names its job, so that it makes the same one however often it is sent. */
        boolean isKeyed() {
            return this != HTTP;
        }

        boolean isHttp() {
            return this == HTTP || this == HTTP_WITH_KEY;
        }
    }
}

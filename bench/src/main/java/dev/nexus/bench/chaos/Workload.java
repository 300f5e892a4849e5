package dev.nexus.bench.chaos;

import dev.nexus.bench.chaos.Wish.Door;
import dev.nexus.bench.chaos.Wish.Shape;
import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.node.ObjectNode;

/**
 * The jobs of a run, by its seed: three in ten go the whole way, the others end after a plan, a build or a test run, as
 * a sandbox run costs more of a processor than all the rest of a job.
 */
final class Workload {

    /** In the offline model's repertoire; the bank account fails its tests at first and is repaired. */
    private static final List<String> SPECS = List.of(
            "Write a Python library that converts Roman numerals to integers and back, with validation",
            "Implement the classic FizzBuzz problem for the numbers 1 to 100.",
            "Write a sieve of Eratosthenes",
            "Implement a stack and a queue",
            "Convert temperatures between Celsius, Fahrenheit and Kelvin",
            "Simulate a bank account with deposit, withdraw and balance; overdrafts are not allowed.");

    private static final List<Door> DOORS = List.of(Door.values());
    private static final Duration LATEST_CANCEL = Duration.ofSeconds(8);

    private Workload() {}

    /** The job with this number, from 0. */
    static Wish wish(long seed, int number) {
        Random random = new Random(seed * 1_000_003 + number);
        random.nextInt(); // the first number of neighbouring seeds is much the same
        Shape shape = shape(random.nextInt(10));
        Door door = DOORS.get(random.nextInt(DOORS.size()));
        String spec = SPECS.get(random.nextInt(SPECS.size()));
        boolean cancelled = random.nextInt(100) < 7;
        Duration cancelAfter = Duration.ofMillis(random.nextLong(LATEST_CANCEL.toMillis()));
        return new Wish(
                number,
                shape,
                door,
                body(shape, spec, number),
                cancelled ? cancelAfter : null,
                random.nextBoolean(),
                random.nextInt(20) == 0);
    }

    private static Shape shape(int dice) {
        if (dice < 3) {
            return Shape.PIPELINE;
        }
        return dice < 6 ? Shape.PLAN : dice < 9 ? Shape.BUILD : Shape.TEST;
    }

    private static String body(Shape shape, String spec, int number) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        switch (shape) {
            case PIPELINE, PLAN -> body.put("spec", spec);
            case BUILD -> body.set("plan", Json.tree(sample("plan.json").getBytes(StandardCharsets.UTF_8)));
            case TEST -> {
                var files = body.putArray("files");
                for (String file : List.of("files/roman.py", "tests/test_roman.py")) {
                    files.addObject().put("path", file.replace("files/", "")).put("content", sample(file));
                }
            }
        }
        if (number % 2 == 0) {
            body.putObject("options").put("noCache", true); // so that plans cost model calls, too
        }
        body.putObject("metadata").put("chaos", String.valueOf(number));
        return body.toString();
    }

    private static String sample(String file) {
        String path = "/offline/roman-numerals/" + file;
        try (InputStream in = Workload.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("no " + path + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

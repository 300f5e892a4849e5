package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Json;
import dev.nexus.standalone.client.JobView;
import dev.nexus.standalone.client.SystemView;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopTableTest {

    static final String SYSTEM = """
            {"time": "2026-01-01T00:01:00.250Z",
             "gateway": {"id": "gateway-1", "version": "1.0", "driving": true, "ready": true, "lag": 0},
             "brokers": [{"id": 1, "host": "127.0.0.1", "port": 9092, "controller": true}],
             "jobs": {"queued": 0, "in_progress": 2, "awaiting_approval": 1, "completed": 10, "failed": 1, "cancelled": 0},
             "stages": [
               {"service": "planner-service", "workers": 1, "slots": 4, "running": 2, "waiting": 3,
                "oldestWaitingMillis": 1200, "doneLastMinute": 5},
               {"service": "builder-service", "workers": 1, "slots": 4, "running": 0, "waiting": 0, "doneLastMinute": 0},
               {"service": "tester-service", "workers": 0, "slots": 0, "running": 0, "waiting": 1,
                "oldestWaitingMillis": 125000, "doneLastMinute": 0}],
             "workers": [
               {"id": "planner-service-03be9d11", "service": "planner-service", "version": "1.0", "slots": 4,
                "seenMillisAgo": 300, "draining": false, "hiddenTasks": 1,
                "tasks": [{"jobId": "0198c5a2-7c00-7000-8000-000000000001", "task": "plan", "attempt": 2,
                           "runningMillis": 812}]},
               {"id": "builder-service-77aa0011", "service": "builder-service", "version": "1.0", "slots": 4,
                "seenMillisAgo": 12000, "draining": true, "hiddenTasks": 0, "tasks": [],
                "problem": "no slot is free; 手を start another one"}],
             "gateways": [{"id": "gateway-1", "version": "1.0", "driving": true, "seenMillisAgo": 0},
                          {"id": "gateway-2", "version": "1.0", "driving": false, "seenMillisAgo": 9000}]}
            """;

    private static final URI SERVER = URI.create("http://127.0.0.1:8080");

    @Test
    void allThatAnOperatorAsksForIsThere() {
        assertThat(TopTable.on(screen(80, 40)).lines(SERVER, system(), List.of(job("in_progress", "银行账户"))))
                .containsExactlyElementsOf("""
                        nexus 1.0 at http://127.0.0.1:8080, 2026-01-01T00:01:00Z
                        gateways  gateway-1 (drives), gateway-2 silent for 9.0s
                        brokers   1 at 127.0.0.1:9092 (controller)
                        jobs      2 in progress, 1 awaiting approval, 10 completed, 1 failed

                        stage            workers   slots running waiting  oldest  done/m
                        planner-service        1       4       2       3    1.2s       5
                        builder-service        1       4       0       0       -       0
                        tester-service         0       0       0       1      2m       0
                          no tester-service is there; start one

                        workers
                          planner-service-03be9d11  2/4  plan of …00000001 (attempt 2) 0.8s, 1 of othe…
                          builder-service-77aa0011  0/4  draining  silent for 12s
                          ! no slot is free; 手を start another one

                        newest jobs
                          0198c5a2-7c00-7000-8000-000000000001     60s  in progress         银行账户
                        """.lines().toList());
    }

    @ParameterizedTest
    @CsvSource({"20, 10", "40, 24", "80, 24", "160, 50"})
    void everyLineFits(int columns, int rows) {
        List<JobView> jobs = Stream.generate(() -> job("failed", "银行账户 👩‍👩‍👧 ".repeat(20)))
                .limit(100)
                .toList();

        List<String> lines = TopTable.on(screen(columns, rows)).lines(SERVER, system(), jobs);

        assertThat(lines).allSatisfy(line -> assertThat(Columns.width(line)).isLessThan(columns));
        assertThat(lines.size()).isLessThan(Math.max(rows, 26));
    }

    @ParameterizedTest
    @CsvSource({"812, 0.8s", "12000, 12s", "125000, 2m", "6000000, 1h", "7200000, 2h", "172800000, 2d"})
    void timesTakeFewColumns(long millis, String text) {
        assertThat(TopTable.ago(millis)).isEqualTo(text);
    }

    static SystemView system() {
        return Json.read(SYSTEM.getBytes(StandardCharsets.UTF_8), SystemView.class);
    }

    private static JobView job(String status, String title) {
        return Json.read(
                ("{\"id\": \"0198c5a2-7c00-7000-8000-000000000001\", \"kind\": \"pipeline\", \"status\": \"" + status
                                + "\", \"title\": \"" + title
                                + "\", \"createdAt\": \"2026-01-01T00:00:00Z\", \"updatedAt\": \"2026-01-01T00:00:00Z\"}")
                        .getBytes(StandardCharsets.UTF_8),
                JobView.class);
    }

    private static Screen screen(int columns, int rows) {
        return new Screen(() -> new WindowSize(columns, rows), false, true);
    }
}

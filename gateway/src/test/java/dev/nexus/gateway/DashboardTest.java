package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.kafka.test.EmbeddedKafkaBroker;

/** The pages are served to whoever comes, with the key or without, and kept by browsers no longer than they are true. */
class DashboardTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext gateway;

    @BeforeAll
    static void start() {
        assumeThat(DashboardTest.class.getResource("/dashboard/index.html"))
                .as("the dashboard was not built (-Dnexus.dashboard.skip)")
                .isNotNull();
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        gateway = gateways.start("--nexus.security.mode=keys");
        gateways.awaitReady(gateway);
    }

    @AfterAll
    static void stop() {
        if (gateways != null) {
            gateways.close();
            broker.destroy();
        }
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        var request = Gateways.request(gateway, path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void thePageNeedsNoKeyAndIsAskedForAgainEachTime() throws Exception {
        var page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'self'");
        assertThat(text(page)).contains("<div id=\"root\">");
        String tag = page.headers().firstValue("ETag").orElseThrow();
        assertThat(get("/", "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void whatItLoadsIsThereAndKeptForGood() throws Exception {
        var files = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(text(get("/")));
        int seen = 0;
        for (; files.find(); seen++) {
            var file = get(files.group(1));

            assertThat(file.statusCode()).as(files.group(1)).isEqualTo(200);
            if (files.group(1).startsWith("/assets/")) {
                assertThat(file.headers().firstValue("Cache-Control").orElseThrow())
                        .contains("immutable");
            }
        }
        assertThat(seen).isGreaterThanOrEqualTo(3);
    }

    @Test
    void allOfItIsSmall() throws Exception {
        long packed = 0;
        for (Resource file : new PathMatchingResourcePatternResolver().getResources("classpath:/dashboard/assets/*")) {
            var zip = new ByteArrayOutputStream();
            try (var packing = new GZIPOutputStream(zip)) {
                packing.write(file.getContentAsByteArray());
            }
            packed += zip.size();
        }

        assertThat(packed).isBetween(10_000L, 300_000L);
    }

    @Test
    void whoTakesItPackedGetsTheSame() throws Exception {
        var packed = get("/", "Accept-Encoding", "gzip, br");

        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (var zip = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(zip.readAllBytes()).isEqualTo(get("/").body());
        }
    }

    @Test
    void whatIsNotThereIsAProblemAndNothingElseIsLetOut() throws Exception {
        assertThat(get("/assets/none.js").statusCode()).isEqualTo(404);
        assertThat(get("/assets/..%2fgateway.yml").statusCode()).isIn(400, 401, 404);
        assertThat(get("/jobs").statusCode()).isEqualTo(401);
        var post = HTTP.send(
                Gateways.request(gateway, "/")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    }
}

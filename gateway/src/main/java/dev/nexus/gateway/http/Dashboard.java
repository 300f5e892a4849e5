package dev.nexus.gateway.http;

import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.nexus.contract.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The pages for people, at {@code /}: a few files that the build made, kept in memory, packed and not. */
@Configuration(proxyBeanMethods = false)
class Dashboard {

    private static final String FOLDER = "dashboard/";
    private static final String START = "index.html";
    private static final String MISSING = """
            <!doctype html><html lang="en"><title>Nexus</title>
            <p>This Nexus was built without its dashboard, which takes Node.js 20.19 or newer. Install that and build again.
            The API is at <a href="/docs">/docs</a>.</p></html>
            """;

    /** @param tag of the plain bytes; the packed ones have another */
    private record Page(
            MediaType type, ByteArrayResource plain, ByteArrayResource packed, EntityTag tag, EntityTag packedTag) {

        static Page of(String name, byte[] bytes) {
            MediaType type = MediaTypeFactory.getMediaType(name)
                    .map(found -> found.getType().equals("text") ? new MediaType(found, StandardCharsets.UTF_8) : found)
                    .orElse(MediaType.APPLICATION_OCTET_STREAM);
            return new Page(
                    type,
                    new ByteArrayResource(bytes),
                    new ByteArrayResource(gzip(bytes)),
                    EntityTag.of(0, bytes),
                    EntityTag.of(1, bytes));
        }
    }

    @Bean
    RouterFunction<ServerResponse> pages() {
        Map<String, Page> pages = read();
        return route(
                        GET("/").or(GET("/favicon.svg")).or(GET("/assets/{file}")),
                        http -> answer(http, pages.get(nameOf(http))))
                .andRoute(
                        path("/").or(path("/favicon.svg")).or(path("/assets/{file}")),
                        http -> Problem.of(
                                        ErrorCode.METHOD_NOT_ALLOWED,
                                        "this path does not take " + http.method() + "; it takes GET, HEAD")
                                .response(headers -> headers.set(HttpHeaders.ALLOW, "GET, HEAD, OPTIONS")));
    }

    private static String nameOf(ServerRequest http) {
        return http.path().equals("/") ? START : http.path().substring(1);
    }

    private static Mono<ServerResponse> answer(ServerRequest http, @Nullable Page page) {
        if (page == null) {
            return http.path().equals("/")
                    ? ServerResponse.status(HttpStatus.NOT_FOUND)
                            .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                            .bodyValue(MISSING)
                    : Problem.of(ErrorCode.NOT_FOUND, "the dashboard has no such file; load the page again")
                            .response();
        }
        HttpHeaders asked = http.headers().asHttpHeaders();
        boolean packs =
                asked.getOrEmpty(HttpHeaders.ACCEPT_ENCODING).stream().anyMatch(value -> value.contains("gzip"));
        EntityTag tag = packs ? page.packedTag() : page.tag();
        var answer = ServerResponse.status(
                        tag.isAmong(asked.getOrEmpty(HttpHeaders.IF_NONE_MATCH))
                                ? HttpStatus.NOT_MODIFIED
                                : HttpStatus.OK)
                .header(HttpHeaders.ETAG, tag.value())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        http.path().startsWith("/assets/") // whose names tell their content
                                ? "public, max-age=31536000, immutable"
                                : "no-cache");
        if (tag.isAmong(asked.getOrEmpty(HttpHeaders.IF_NONE_MATCH))) {
            return answer.build();
        }
        answer.contentType(page.type());
        return packs
                ? answer.header(HttpHeaders.CONTENT_ENCODING, "gzip")
                        .bodyValue(page.packed().getByteArray())
                : answer.bodyValue(page.plain().getByteArray());
    }

    private static Map<String, Page> read() {
        Map<String, Page> pages = new TreeMap<>();
        try {
            var files = new PathMatchingResourcePatternResolver(Dashboard.class.getClassLoader());
            for (Resource file : files.getResources("classpath*:" + FOLDER + "**")) {
                if (file.isReadable()
                        && file.getFilename() != null
                        && !file.getFilename().isEmpty()) {
                    String place = file.getURL().getPath();
                    String name = place.substring(place.lastIndexOf(FOLDER) + FOLDER.length());
                    pages.put(name, Page.of(name, file.getContentAsByteArray()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the dashboard's files cannot be read", e);
        }
        return pages;
    }

    private static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}

package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.archive.Archive;
import dev.nexus.gateway.intake.FieldError;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.JobTable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A tenant's jobs, newest first, page by page; a page's place stays where it is whatever jobs are new. */
final class JobList {

    private static final int MOST = 100;
    private static final int LONGEST_TEXT = 200;
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;
    private static final Set<String> PARAMETERS =
            new TreeSet<>(List.of("status", "kind", "created_after", "q", "limit", "cursor"));

    private final AllJobs jobs;

    JobList(AllJobs jobs) {
        this.jobs = jobs;
    }

    private record PageView(List<JobSummary> jobs, @Nullable String next) {}

    /** What the parameters ask for; everything that is wrong with them is found at once. */
    private static final class Query {

        private final ServerRequest http;
        private final List<FieldError> errors = new ArrayList<>();

        Query(ServerRequest http) {
            this.http = http;
            for (var parameter : http.queryParams().entrySet()) {
                if (!PARAMETERS.contains(parameter.getKey())) {
                    errors.add(
                            new FieldError("", "a parameter is not known here; use " + String.join(", ", PARAMETERS)));
                } else if (parameter.getValue().size() > 1) {
                    errors.add(new FieldError("", parameter.getKey() + " is given more than once; give it once"));
                }
            }
        }

        <T> @Nullable T get(String name, Function<String, @Nullable T> reading, String must) {
            String given = http.queryParam(name).orElse(null);
            if (given == null) {
                return null;
            }
            T value = reading.apply(given);
            if (value == null) {
                errors.add(new FieldError("", name + " must be " + must));
            }
            return value;
        }
    }

    Mono<ServerResponse> list(ServerRequest http) {
        Query query = new Query(http);
        JobStatus status = query.get(
                "status",
                given -> first(JobStatus.values(), each -> each.wire().equals(given)),
                "one of " + names(JobStatus.values(), JobStatus::wire));
        JobKind kind = query.get(
                "kind",
                given -> first(JobKind.values(), each -> each.wire().equals(given)),
                "one of " + names(JobKind.values(), JobKind::wire));
        Instant createdAfter = query.get(
                "created_after", JobList::time, "a time in the form of RFC 3339, such as 2026-03-02T09:15:27Z");
        String text = query.get("q", JobList::text, "1 to " + LONGEST_TEXT + " characters of the specification");
        Integer limit = query.get("limit", JobList::limit, "a whole number from 1 to " + MOST);
        JobTable.Position before = query.get(
                "cursor",
                JobList::position,
                "the cursor of an earlier answer's next; leave it out for the newest jobs");
        if (!query.errors.isEmpty()) {
            String detail = query.errors.stream().map(FieldError::detail).collect(Collectors.joining("; "));
            return Problem.of(ErrorCode.INVALID_REQUEST, detail).response();
        }
        var filter = new JobTable.Filter(Caller.of(http).limitedTo(), status, kind, createdAfter, text);
        Mono<JobTable.Page> found = Mono.fromFuture(() -> jobs.page(filter, before, limit == null ? MOST : limit));
        return (text == null
                        ? found
                        : found.subscribeOn(Schedulers.boundedElastic())) // to look into texts takes its time
                .flatMap(page -> answer(http, page))
                .onErrorResume(
                        JobTable.Unread.class,
                        _ -> Problem.of(
                                        ErrorCode.UNAVAILABLE,
                                        "the events could not be read from Kafka in time; ask again")
                                .response())
                .onErrorResume(Archive.Unreachable.class, JobApi::unreachable);
    }

    private static Mono<ServerResponse> answer(ServerRequest http, JobTable.Page page) {
        var response = ServerResponse.ok().contentType(MediaType.APPLICATION_JSON);
        String next = page.next() == null ? null : next(http, page.next());
        if (next != null) {
            response.header("Link", "<" + next + ">; rel=\"next\"");
        }
        return response.bodyValue(Views.json(new PageView(page.jobs(), next)));
    }

    /** RFC 8288. */
    private static String next(ServerRequest http, JobTable.Position position) {
        Map<String, String> parameters = new LinkedHashMap<>(http.queryParams().toSingleValueMap());
        parameters.put("cursor", cursor(position));
        return "/jobs?"
                + parameters.entrySet().stream()
                        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    private static String cursor(JobTable.Position position) {
        String text = position.at().toEpochMilli() + "." + position.job();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static JobTable.@Nullable Position position(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            int dot = text.indexOf('.');
            return dot < 1
                    ? null
                    : new JobTable.Position(
                            Instant.ofEpochMilli(Long.parseLong(text.substring(0, dot))),
                            new JobId(text.substring(dot + 1)));
        } catch (IllegalArgumentException e) {
            return null; // it is none of ours
        }
    }

    private static @Nullable Integer limit(String given) {
        return given.matches("\\d{1,3}") && Integer.parseInt(given) >= 1 && Integer.parseInt(given) <= MOST
                ? Integer.valueOf(given)
                : null;
    }

    private static @Nullable String text(String given) {
        return given.isEmpty() || given.codePointCount(0, given.length()) > LONGEST_TEXT ? null : given;
    }

    private static @Nullable Instant time(String given) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(given.replace(' ', '+')); // a plus in a query stands for a space
            return time.getYear() < FIRST_YEAR || time.getYear() > LAST_YEAR ? null : time.toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static <T> @Nullable T first(T[] all, java.util.function.Predicate<T> wanted) {
        return Arrays.stream(all).filter(wanted).findFirst().orElse(null);
    }

    private static <T> String names(T[] all, Function<T, String> name) {
        return Arrays.stream(all).map(name).collect(Collectors.joining(", "));
    }
}

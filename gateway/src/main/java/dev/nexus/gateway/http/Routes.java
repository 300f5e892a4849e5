package dev.nexus.gateway.http;

import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.nexus.contract.AsyncApi;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.access.NotAdmitted;
import dev.nexus.gateway.access.Scope;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.archive.Archive;
import dev.nexus.gateway.intake.Approvals;
import dev.nexus.gateway.intake.Intake;
import dev.nexus.gateway.log.Brokers;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.Heart;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.LogReader;
import dev.nexus.gateway.log.TenantLog;
import dev.nexus.gateway.log.TopicRetention;
import dev.nexus.gateway.webhook.Webhooks;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Which path does what. */
@Configuration(proxyBeanMethods = false)
class Routes {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);
    static final String IN_THE_LOG = "the gateway's log has the reason";

    @Bean
    Readers readers() {
        return new Readers();
    }

    @Bean
    RouterFunction<ServerResponse> api(
            Intake intake,
            JobTable jobs,
            EventLog events,
            AllJobs all,
            CallLog callLog,
            Approvals approvals,
            GatewayLifecycle gateway,
            Webhooks webhooks,
            Readers readers,
            Topics topics,
            KafkaClients clients,
            LogReader reader,
            Heart heart,
            Brokers brokers) {
        byte[] asyncApi = Views.json(AsyncApi.document(topics));
        byte[] openApi = Views.json(OpenApi.document());
        byte[] docs = OpenApi.page();
        byte[] script = OpenApi.script();
        byte[] style = OpenApi.style();
        JobApi api = new JobApi(intake, jobs, all, events, gateway.stopping());
        ApprovalApi plans = new ApprovalApi(api, approvals);
        JobList list = new JobList(all);
        JobDeletion deletion = new JobDeletion(
                api, all, events, new TopicRetention(clients, topics), gateway::caughtUp, Clock.systemUTC());
        CallApi calls = new CallApi(api, callLog, all, jobs, gateway.stopping(), Clock.systemUTC());
        WebhookApi hooks = new WebhookApi(webhooks);
        SystemApi system = new SystemApi(heart.self(), gateway, reader, jobs, brokers, Clock.systemUTC());
        JobEvents streams = new JobEvents(jobs, all, gateway, readers);
        TenantEvents tenant =
                new TenantEvents(new TenantLog(clients, topics, jobs, gateway::caughtUp), gateway, readers);
        return route().GET("/jobs/{id}/events", reads(streams::events)) // not only when ready: they hold their readers
                .GET("/events", reads(tenant::events))
                .GET("/system", reads(system::show)) // likewise: it tells why one is not
                .add(route().POST("/jobs", writes(api::submit))
                        .POST("/tasks/plan", writes(http -> api.submit(http, JobKind.PLAN)))
                        .POST("/tasks/build", writes(http -> api.submit(http, JobKind.BUILD)))
                        .POST("/tasks/test", writes(http -> api.submit(http, JobKind.TEST)))
                        .GET("/jobs", reads(list::list))
                        .GET("/jobs/{id}", reads(api::show))
                        .DELETE("/jobs/{id}", writes(deletion::delete))
                        .POST("/jobs/{id}/cancel", writes(api::cancel))
                        .POST("/jobs/{id}/approve", writes(plans::approve))
                        .POST("/jobs/{id}/reject", writes(plans::reject))
                        .POST("/jobs/{id}/retry", writes(plans::retry))
                        .GET("/jobs/{id}/rounds", reads(api::rounds))
                        .GET("/jobs/{id}/report.xml", reads(api::report))
                        .GET("/jobs/{id}/calls", reads(calls::calls))
                        .GET("/usage", reads(calls::usage))
                        .GET("/jobs/{id}/artefacts", reads(api::artefacts))
                        .GET("/jobs/{id}/artefacts.zip", reads(api::archive))
                        .GET("/jobs/{id}/artefacts/{*path}", reads(api::artefact))
                        .POST("/webhooks", writes(hooks::create))
                        .GET("/webhooks", reads(hooks::list))
                        .GET("/webhooks/{id}", reads(hooks::show))
                        .DELETE("/webhooks/{id}", writes(hooks::delete))
                        .POST("/webhooks/{id}/rotate", writes(hooks::rotate))
                        .POST("/webhooks/{id}/enable", writes(hooks::enable))
                        .POST("/webhooks/{id}/test", writes(hooks::test))
                        .filter((http, next) -> whenReady(gateway, http, next))
                        .build())
                .GET("/health", offered(http -> health(gateway, Caller.isKnown(http))))
                .GET("/health/live", offered(_ -> state(true)))
                .GET("/health/ready", offered(_ -> state(gateway.takesRequests())))
                .GET("/version", offered(_ -> version()))
                .GET(
                        "/asyncapi.json",
                        offered(_ -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue(asyncApi)))
                .GET("/openapi.json", offered(_ -> fixed(MediaType.APPLICATION_JSON, openApi)))
                .GET("/docs", offered(_ -> fixed(MediaType.TEXT_HTML, docs)))
                .GET("/docs.js", offered(_ -> fixed(MediaType.parseMediaType("text/javascript"), script)))
                .GET("/docs.css", offered(_ -> fixed(MediaType.parseMediaType("text/css"), style)))
                .add(otherMethods(Map.ofEntries(
                        Map.entry("/jobs", "GET, POST"),
                        Map.entry("/tasks/{kind:plan|build|test}", "POST"),
                        Map.entry("/jobs/{id}", "GET, DELETE"),
                        Map.entry("/jobs/{id}/{action:cancel|approve|reject|retry}", "POST"),
                        Map.entry("/jobs/{id}/{part:events|rounds|calls|report\\.xml|artefacts}", "GET"),
                        Map.entry("/jobs/{id}/artefacts.zip", "GET"),
                        Map.entry("/jobs/{id}/artefacts/{*path}", "GET"),
                        Map.entry("/{tenants:usage|events|system}", "GET"),
                        Map.entry("/webhooks", "GET, POST"),
                        Map.entry("/webhooks/{id}", "GET, DELETE"),
                        Map.entry("/webhooks/{id}/{what:rotate|enable|test}", "POST"),
                        Map.entry("/health/{which:live|ready}", "GET"),
                        Map.entry(
                                "/{about:health|version|asyncapi\\.json|openapi\\.json|docs|docs\\.js|docs\\.css}",
                                "GET"))))
                .build();
    }

    private static HandlerFunction<ServerResponse> reads(HandlerFunction<ServerResponse> handler) {
        return needs(Scope.JOBS_READ, handler);
    }

    private static HandlerFunction<ServerResponse> writes(HandlerFunction<ServerResponse> handler) {
        return needs(Scope.JOBS_WRITE, handler);
    }

    /** For those alone who may. */
    private static HandlerFunction<ServerResponse> needs(Scope scope, HandlerFunction<ServerResponse> handler) {
        return offered(
                http -> Caller.of(http).may(scope) ? handler.handle(http) : Mono.error(NotAdmitted.without(scope)));
    }

    /** For those alone who take the form of the answer. */
    private static HandlerFunction<ServerResponse> offered(HandlerFunction<ServerResponse> handler) {
        return http -> {
            String path = http.attribute(RouterFunctions.MATCHING_PATTERN_ATTRIBUTE)
                    .map(Object::toString)
                    .orElse("");
            Problem refusal = Accepted.refusal(http, path);
            return refusal == null ? handler.handle(http) : refusal.response();
        };
    }

    private static RouterFunction<ServerResponse> otherMethods(Map<String, String> allowed) {
        var routes = route();
        new TreeMap<>(allowed).forEach((pattern, methods) -> {
            String all = (methods.startsWith("GET") ? "HEAD, " : "") + methods + ", OPTIONS";
            routes.route(
                    path(pattern),
                    http -> http.method().equals(HttpMethod.OPTIONS)
                            ? ServerResponse.noContent().header("Allow", all).build()
                            : Problem.of(
                                            ErrorCode.METHOD_NOT_ALLOWED,
                                            "this path does not take " + http.method() + "; it takes " + all)
                                    .response(headers -> headers.set("Allow", all)));
        });
        return routes.build();
    }

    private static Mono<ServerResponse> whenReady(
            GatewayLifecycle gateway, ServerRequest http, HandlerFunction<ServerResponse> next) {
        if (gateway.isReady()) {
            return next.handle(http);
        }
        return Problem.of(
                        ErrorCode.UNAVAILABLE,
                        gateway.isStopping()
                                ? "this gateway stops; send the request again, to another one if there is"
                                : "the gateway still reads the log; try again in a moment")
                .response();
    }

    private static Mono<ServerResponse> fixed(MediaType type, byte[] body) {
        return ServerResponse.ok().contentType(type).bodyValue(body);
    }

    /** For what restarts a process or sends it requests: Kafka away is no reason for the former. */
    private static Mono<ServerResponse> state(boolean up) {
        return ServerResponse.status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .bodyValue(Views.json(Map.of("status", up ? "UP" : "DOWN")));
    }

    /** @param inFull with the reasons, which name brokers, hosts and disks; else the log alone has them */
    private static Mono<ServerResponse> health(GatewayLifecycle gateway, boolean inFull) {
        String trouble = gateway.trouble();
        String status =
                trouble != null ? "DOWN" : gateway.isReady() ? "UP" : gateway.isStopping() ? "STOPPING" : "STARTING";
        Map<String, Object> body = new TreeMap<>();
        body.put("status", status);
        body.put("driving", gateway.isDriving());
        if (trouble != null) {
            body.put("trouble", inFull ? trouble : IN_THE_LOG);
        }
        String archive = gateway.archiveTrouble();
        if (archive != null) {
            body.put("archive", inFull ? archive : IN_THE_LOG);
        }
        String shortage = gateway.shortage();
        if (shortage != null) {
            body.put("refusesJobs", inFull ? shortage : IN_THE_LOG);
        }
        return ServerResponse.status(status.equals("UP") ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Views.json(body));
    }

    private static Mono<ServerResponse> version() {
        Map<String, Object> body = new TreeMap<>();
        body.put("name", "nexus");
        body.put("version", GatewayLifecycle.VERSION);
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(Views.json(body));
    }

    private static Problem problem(Throwable failure) {
        if (failure instanceof NotAdmitted refusal) {
            return Problem.of(refusal.code(), refusal.detail());
        }
        if (failure instanceof ResponseStatusException refusal) {
            return Problem.of(refusal);
        }
        if (failure instanceof InvalidMediaTypeException) {
            return Problem.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "a media type is none; send application/json");
        }
        if (failure instanceof DataBufferLimitException) {
            return Problem.of(ErrorCode.TOO_LARGE, "the body is too large; send less");
        }
        if (failure instanceof Archive.Unreachable) {
            return Problem.of(ErrorCode.UNAVAILABLE, JobApi.ARCHIVE_AWAY);
        }
        return JobApi.isKafkaSlow(failure) // an answer that is read from Kafka piece by piece
                ? Problem.of(
                        ErrorCode.UNAVAILABLE, "Kafka did not answer in time, or others are being served; ask again")
                : Problem.of(ErrorCode.INTERNAL_ERROR, "the gateway failed on this request; its log has the reason");
    }

    /** Everything that no route answered for, in the same form as what they answer. */
    @Bean
    @Order(-2) // before Spring Boot's own, which is at -1
    ErrorWebExceptionHandler problems() {
        return (exchange, failure) -> {
            if (exchange.getResponse().isCommitted()) {
                return Mono.error(failure);
            }
            Problem problem = problem(failure);
            if (problem.code() == ErrorCode.INTERNAL_ERROR) {
                log.error(
                        "{} {} failed",
                        exchange.getRequest().getMethod(),
                        exchange.getRequest().getPath(),
                        failure);
            }
            var response = exchange.getResponse();
            response.setRawStatusCode(problem.status());
            response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
            if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
                response.getHeaders().set("Retry-After", "2");
            }
            if (failure instanceof NotAdmitted refusal) {
                if (refusal.challenge() != null) {
                    response.getHeaders().set("WWW-Authenticate", refusal.challenge());
                }
                if (refusal.retryAfter() != null) {
                    response.getHeaders().set("Retry-After", Problem.seconds(refusal.retryAfter()));
                }
            }
            return response.writeWith(Mono.just(response.bufferFactory().wrap(Views.json(problem))));
        };
    }
}

package dev.nexus.gateway.http;

import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.nexus.contract.Artefacts;
import dev.nexus.contract.AsyncApi;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.access.Scope;
import dev.nexus.gateway.intake.Intake;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.JobTable;
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
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Which path does what. */
@Configuration(proxyBeanMethods = false)
class Routes {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    @Bean
    RouterFunction<ServerResponse> api(
            Intake intake,
            JobTable jobs,
            EventLog events,
            Artefacts artefacts,
            CallLog callLog,
            GatewayLifecycle gateway,
            Webhooks webhooks,
            Topics topics) {
        byte[] asyncApi = Views.json(AsyncApi.document(topics));
        JobApi api = new JobApi(intake, jobs, events, artefacts, gateway::caughtUp, gateway.stopping());
        CallApi calls = new CallApi(api, callLog, jobs, gateway.stopping(), Clock.systemUTC());
        WebhookApi hooks = new WebhookApi(webhooks);
        return route().add(route().POST("/jobs", writes(api::submit))
                        .POST("/tasks/plan", writes(http -> api.submit(http, JobKind.PLAN)))
                        .POST("/tasks/build", writes(http -> api.submit(http, JobKind.BUILD)))
                        .POST("/tasks/test", writes(http -> api.submit(http, JobKind.TEST)))
                        .GET("/jobs", reads(api::list))
                        .GET("/jobs/{id}", reads(api::show))
                        .POST("/jobs/{id}/cancel", writes(api::cancel))
                        .GET("/jobs/{id}/events", reads(api::events))
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
                .GET("/health", _ -> health(gateway))
                .GET("/version", _ -> version())
                .GET(
                        "/asyncapi.json",
                        _ -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue(asyncApi))
                .add(otherMethods(Map.ofEntries(
                        Map.entry("/jobs", "GET, POST"),
                        Map.entry("/tasks/{kind:plan|build|test}", "POST"),
                        Map.entry("/jobs/{id}", "GET"),
                        Map.entry("/jobs/{id}/cancel", "POST"),
                        Map.entry("/jobs/{id}/{part:events|rounds|calls|report\\.xml|artefacts}", "GET"),
                        Map.entry("/jobs/{id}/artefacts.zip", "GET"),
                        Map.entry("/jobs/{id}/artefacts/{*path}", "GET"),
                        Map.entry("/usage", "GET"),
                        Map.entry("/webhooks", "GET, POST"),
                        Map.entry("/webhooks/{id}", "DELETE, GET"),
                        Map.entry("/webhooks/{id}/{what:rotate|enable|test}", "POST"),
                        Map.entry("/{about:health|version|asyncapi\\.json}", "GET"))))
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
        return http -> Caller.of(http).may(scope)
                ? handler.handle(http)
                : Problem.of(
                                ErrorCode.FORBIDDEN,
                                "this needs the scope " + scope.wire() + "; use a key or token that has it")
                        .response();
    }

    private static RouterFunction<ServerResponse> otherMethods(Map<String, String> allowed) {
        var routes = route();
        new TreeMap<>(allowed)
                .forEach((pattern, methods) -> routes.route(
                        path(pattern),
                        http -> Problem.of(
                                        ErrorCode.METHOD_NOT_ALLOWED,
                                        "this path does not take " + http.method() + "; it takes " + methods)
                                .response(headers -> headers.set("Allow", methods))));
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

    private static Mono<ServerResponse> health(GatewayLifecycle gateway) {
        String trouble = gateway.trouble();
        String status =
                trouble != null ? "DOWN" : gateway.isReady() ? "UP" : gateway.isStopping() ? "STOPPING" : "STARTING";
        Map<String, Object> body = new TreeMap<>();
        body.put("status", status);
        body.put("driving", gateway.isDriving());
        if (trouble != null) {
            body.put("trouble", trouble);
        }
        String shortage = gateway.shortage();
        if (shortage != null) {
            body.put("refusesJobs", shortage);
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
        if (failure instanceof ResponseStatusException refusal) {
            return Problem.of(refusal);
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
            return response.writeWith(Mono.just(response.bufferFactory().wrap(Views.json(problem))));
        };
    }
}

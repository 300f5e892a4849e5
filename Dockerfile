# One image for each service, from the sources alone:
#   docker build --target gateway -t nexus/gateway .     (planner-service, builder-service, tester-service)
# Nothing here needs BuildKit, as Debian's docker.io and docker-compose 1.29 have none.

FROM node:22-slim AS dashboard
WORKDIR /src/gateway/dashboard
COPY gateway/dashboard ./
RUN node build.mjs

FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY pom.xml ./
COPY .mvn ./.mvn
COPY bench/pom.xml ./bench/
COPY common ./common
COPY gateway ./gateway
COPY planner-service ./planner-service
COPY builder-service ./builder-service
COPY tester-service ./tester-service
COPY standalone ./standalone
COPY --from=dashboard /src/gateway/target/classes/dashboard ./gateway/target/classes/dashboard
# -Psbom writes what each jar is made of into it. No tests: they ran before anyone makes images. The standalone part has
# the broker that the services are trained with.
RUN mvn -B -q --no-transfer-progress -Psbom -Dnexus.dashboard.skip -Dmaven.test.skip=true package -am \
        -pl gateway,planner-service,builder-service,tester-service,standalone
# What seldom changes gets a layer of its own. The loader and snapshots are empty, or small.
RUN for service in gateway planner-service builder-service tester-service; do \
        layers=/layers/$service \
        && java -Djarmode=tools -jar "$service/target/$service-app.jar" extract --layers --destination "$layers" \
        && cp -a "$layers/spring-boot-loader/." "$layers/snapshot-dependencies/." "$layers/application/" \
        && mv "$layers/application/$service-app.jar" "$layers/application/app.jar" \
        && cp "$service/target/classes/META-INF/sbom/application.cdx.json" "$layers/application/sbom.cdx.json" \
        || exit 1; \
    done
# jdk.security.* are for Kerberos, jdk.jcmd is for whoever has to look into a running service.
RUN jlink --output /jre --compress zip-6 --no-header-files --no-man-pages --add-modules \
        java.se,jdk.unsupported,jdk.management,jdk.net,jdk.zipfs,jdk.jfr,jdk.jcmd,jdk.security.auth,jdk.security.jgss

FROM debian:13-slim AS runtime
LABEL org.opencontainers.image.title="Nexus" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /jre /opt/java
COPY deploy/container/java.opts deploy/container/answers /opt/nexus/
ENV PATH=/opt/java/bin:$PATH LANG=C.UTF-8
# AOTCache: without it, or where it does not fit, a service starts all the same, but slower.
ENTRYPOINT ["java", "@/opt/nexus/java.opts", "-XX:AOTCache=app.aot", "-jar", "app.jar"]

# Each service starts once here. Its paths are those of the image that it gets, as its app.aot is good for no others.
FROM runtime AS trained
COPY deploy/container/train /opt/nexus/
COPY --from=build /src/standalone/target/lib /opt/kafka
COPY --from=build /layers/gateway/dependencies/ /layers/gateway/application/ /opt/nexus/gateway/
COPY --from=build /layers/planner-service/dependencies/ /layers/planner-service/application/ /opt/nexus/planner-service/
COPY --from=build /layers/builder-service/dependencies/ /layers/builder-service/application/ /opt/nexus/builder-service/
COPY --from=build /layers/tester-service/dependencies/ /layers/tester-service/application/ /opt/nexus/tester-service/
RUN /opt/nexus/train /opt/kafka

FROM runtime AS gateway
WORKDIR /opt/nexus/gateway
COPY --from=build /layers/gateway/dependencies/ ./
COPY --from=build /layers/gateway/application/ ./
COPY --from=trained /opt/nexus/gateway/app.aot ./
# Figures have a port of their own, which need not be published.
ENV SERVER_ADDRESS=0.0.0.0 MANAGEMENT_SERVER_ADDRESS=0.0.0.0 MANAGEMENT_SERVER_PORT=8090
EXPOSE 8080 8090
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["/opt/nexus/answers", "8080", "/health"]
USER 1000:1000

FROM runtime AS planner-service
WORKDIR /opt/nexus/planner-service
COPY --from=build /layers/planner-service/dependencies/ ./
COPY --from=build /layers/planner-service/application/ ./
COPY --from=trained /opt/nexus/planner-service/app.aot ./
ENV SERVER_ADDRESS=0.0.0.0
EXPOSE 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["/opt/nexus/answers", "8081", "/actuator/health"]
USER 1000:1000

FROM runtime AS builder-service
WORKDIR /opt/nexus/builder-service
COPY --from=build /layers/builder-service/dependencies/ ./
COPY --from=build /layers/builder-service/application/ ./
COPY --from=trained /opt/nexus/builder-service/app.aot ./
ENV SERVER_ADDRESS=0.0.0.0
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["/opt/nexus/answers", "8082", "/actuator/health"]
USER 1000:1000

# Its sandbox needs bubblewrap and pytest, and more than Docker's defaults allow: see docker-compose.yml.
FROM runtime AS tester-service
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap python3-coverage python3-pytest \
    && rm -rf /var/lib/apt/lists/*
COPY deploy/container/with-own-proc /opt/nexus/
WORKDIR /opt/nexus/tester-service
COPY --from=build /layers/tester-service/dependencies/ ./
COPY --from=build /layers/tester-service/application/ ./
COPY --from=trained /opt/nexus/tester-service/app.aot ./
ENV SERVER_ADDRESS=0.0.0.0
EXPOSE 8083
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["/opt/nexus/answers", "8083", "/actuator/health"]
# The sandboxes need most of the memory.
ENTRYPOINT ["/opt/nexus/with-own-proc", "java", "@/opt/nexus/java.opts", "-XX:MaxRAMPercentage=25", \
            "-XX:AOTCache=app.aot", "-jar", "app.jar"]
# A user of its own: see docker-compose.yml.
USER 64320:64320

# shellcheck shell=bash
# Sourced by the scripts beside it: a Docker engine, and images for where no registry can be reached.
# need_engine starts Debian's docker.io where no engine runs, without a single rule of iptables, and stops it at the end.
# need_image NAME makes one of the images that the Dockerfile and docker-compose.yml name, from this machine's own JDK,
# Maven and jars and from Debian's packages, unless the engine has it or can pull it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
program=$(basename "$0")
work=$(mktemp -d)
engine=
no_registry= # then images are made in the host's network, as that of our own engine has no way out
here_before=

say() { printf '%s\n' "$program: $*" >&2; }
die() { say "$*"; exit 2; }

finish() {
    if [ -n "$engine" ]; then
        # shellcheck disable=SC2046 # a list of ids
        docker rm -f $(docker ps -aq) >/dev/null 2>&1 || true
        kill "$engine" 2>/dev/null || true
        tries=0
        while kill -0 "$engine" 2>/dev/null && [ "$tries" -lt 300 ]; do
            tries=$((tries + 1))
            sleep 0.2
        done
        [ -n "$here_before" ] || ip link delete docker0 2>/dev/null || true
    fi
    umount "$work"/exec/netns/* 2>/dev/null || true # what the engine leaves mounted
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

need_engine() {
    command -v docker >/dev/null 2>&1 || die 'docker is not installed; run: apt-get install docker.io'
    if docker info >/dev/null 2>&1; then return 0; fi
    command -v dockerd >/dev/null 2>&1 || die 'no Docker engine runs here, and there is none to start; run: apt-get install docker.io'
    [ "$(id -u)" = 0 ] || die 'no Docker engine runs here; start one, or run this as root'
    [ ! -e /sys/class/net/docker0 ] || here_before=yes
    export DOCKER_HOST="unix://$work/docker.sock"
    no_registry=yes
    dockerd --iptables=false --ip6tables=false --ip-forward=false --data-root "$work/data" --exec-root "$work/exec" \
        --pidfile "$work/docker.pid" -H "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 &
    engine=$!
    tries=0
    until docker info >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 120 ] || ! kill -0 "$engine" 2>/dev/null; then
            tail -n 5 "$work/dockerd.log" >&2
            die 'the Docker engine did not start, see above'
        fi
        sleep 0.5
    done
}

# build ARGUMENT…: an image, without BuildKit where the client lacks it
build() {
    local log=$work/build.log
    if [ -n "$no_registry" ]; then set -- --network host "$@"; fi
    docker build "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "docker build $* failed, see above"; }
}

need_image() {
    if docker image inspect "$1" >/dev/null 2>&1; then return 0; fi
    if [ -z "$no_registry" ] && docker pull -q "$1" >/dev/null 2>&1; then return 0; fi
    no_registry=yes
    say "making $1"
    case $1 in
        debian:*) debian "$1" ;;
        node:*) node_image "$1" ;;
        maven:*) maven_image "$1" ;;
        apache/kafka:*) kafka_image "$1" ;;
        redis:*) packaged "$1" redis-server ;;
        *) die "no way to make $1 here" ;;
    esac
}

# What the Dockerfile and docker-compose.yml begin with.
need_bases() {
    local image
    for image in $(sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' "$root/Dockerfile") \
        "$(sed -n 's/^  image: \(apache.*\)/\1/p' "$root/docker-compose.yml")"; do
        need_image "$image"
    done
}

# From where this machine's own packages come.
debian() {
    command -v debootstrap >/dev/null 2>&1 || die 'debootstrap is not installed; run: apt-get install debootstrap'
    local mirror
    # shellcheck disable=SC2016 # apt-get puts the value there
    mirror=$(apt-get indextargets --format '$(SITE)' | grep 'debian$\|debian/$' | head -n 1)
    [ -n "$mirror" ] || die 'the configuration of apt names no mirror of Debian'
    debootstrap --variant=minbase trixie "$work/debian" "$mirror" >"$work/debootstrap.log" 2>&1 ||
        { tail -n 5 "$work/debootstrap.log" >&2; die 'debootstrap failed, see above'; }
    tar -C "$work/debian" -c . | docker import - "$1" >/dev/null
    rm -rf "$work/debian"
}

# This machine's Node.js and npm; npm asks its registry with the certificates that this machine trusts.
node_image() {
    need_image debian:13-slim
    local context=$work/node
    mkdir "$context"
    cp -L "$(command -v node)" "$context/node"
    cp -rL "$(npm root -g)/npm" "$context/npm"
    cp -L /etc/ssl/certs/ca-certificates.crt "$context/"
    build -t "$1" -f - "$context" <<'END'
FROM debian:13-slim
COPY node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
END
    rm -rf "$context"
}

# With what Maven has already loaded, so that a build in it loads nothing.
maven_image() {
    need_image debian:13-slim
    local context=$work/maven
    mkdir "$context"
    cp -rL "${jdk:?}" "$context/jdk"
    cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")" "$context/maven"
    cp -rl "$HOME/.m2/repository" "$context/repository" 2>/dev/null || cp -r "$HOME/.m2/repository" "$context/repository"
    build -t "$1" -f - "$context" <<'END'
FROM debian:13-slim
COPY jdk /opt/java/openjdk
COPY maven /usr/share/maven
COPY repository /root/.m2/repository
RUN ln -s /usr/share/maven/bin/mvn /usr/bin/mvn
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:$PATH
END
    rm -rf "$context"
}

# Kafka's own jars and its own reading of the environment (KafkaDockerWrapper), at the places of the released image.
kafka_image() {
    need_image debian:13-slim
    local context=$work/kafka
    mkdir "$context"
    cp -rL "${jdk:?}" "$context/jdk"
    cp -r "$root/standalone/target/lib" "$context/libs"
    cp "$root/deploy/test/kafka-run" "$context/run"
    build -t "$1" -f - "$context" <<'END'
FROM debian:13-slim
COPY jdk /opt/java
COPY libs /opt/kafka/libs
COPY run /etc/kafka/docker/run
RUN useradd --uid 1000 --create-home appuser && mkdir -p /opt/kafka/config /opt/kafka/logs /mnt/shared/config /var/lib/kafka/data \
    && touch /etc/kafka/docker/log4j2.yaml /etc/kafka/docker/tools-log4j2.yaml /etc/kafka/docker/server.properties \
    && chown -R appuser /opt/kafka/config /opt/kafka/logs /mnt/shared/config /var/lib/kafka
ENV PATH=/opt/java/bin:$PATH
USER appuser
CMD ["/etc/kafka/docker/run"]
END
    rm -rf "$context"
}

packaged() {
    need_image debian:13-slim
    mkdir -p "$work/empty"
    build -t "$1" -f - "$work/empty" <<END
FROM debian:13-slim
RUN apt-get update && apt-get install -y --no-install-recommends $2
END
}

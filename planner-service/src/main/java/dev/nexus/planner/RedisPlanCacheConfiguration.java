package dev.nexus.planner;

import dev.nexus.contract.Topics;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The plan cache in Redis, if it is chosen; otherwise nothing here knows of a Redis. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "nexus.plan-cache.store", havingValue = "redis")
@Import(DataRedisAutoConfiguration.class) // nexus-defaults.yml excludes it, for all services
class RedisPlanCacheConfiguration {

    @Bean(initMethod = "connect")
    RedisPlanCache redisPlanCache(StringRedisTemplate redis, PlanCacheSettings settings, Topics topics) {
        return new RedisPlanCache(redis.opsForValue(), topics.prefix(), settings.timeToLive(), System::nanoTime);
    }

    /** Without a connection a command fails at once, instead of waiting for one. */
    @Bean
    LettuceClientOptionsBuilderCustomizer failingFast() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
    }

    /** By default up to half a minute passes until a Redis that is back is noticed. */
    @Bean
    ClientResourcesBuilderCustomizer reconnectingSoon() {
        return resources -> resources.reconnectDelay(Delay.constant(Duration.ofSeconds(1)));
    }
}

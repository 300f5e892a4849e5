package dev.nexus.gateway.archive;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.nexus.contract.CannotStart;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The database of {@code spring.datasource.*}: PostgreSQL, or H2 in a file for one machine. */
final class Database {

    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String H2 = "jdbc:h2:";
    private static final Duration CONNECTING = Duration.ofSeconds(3);
    /** For a connection that is up and says nothing. */
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private static final Map<String, String> IN_POSTGRESQL =
            Map.of("id", "varchar(36) collate \"C\"", "bytes", "bytea");
    private static final Map<String, String> IN_H2 = Map.of("id", "varchar(36)", "bytes", "binary large object");

    private final HikariDataSource pool;
    private final Map<String, String> dialect;

    private Database(HikariDataSource pool, Map<String, String> dialect) {
        this.pool = pool;
        this.dialect = dialect;
    }

    /**
     * Connects when it is first used, and not before: a database that is away keeps no gateway from its work.
     *
     * @throws CannotStart if the settings name none that is known here
     */
    static Database of(Environment settings) {
        String url = settings.getProperty("spring.datasource.url", "").strip();
        if (!url.startsWith(POSTGRESQL) && !url.startsWith(H2)) { // and not shown: there can be a password in it
            throw new CannotStart("nexus.archive=jdbc needs spring.datasource.url, which must begin with " + POSTGRESQL
                    + " or " + H2 + ", such as jdbc:postgresql://127.0.0.1:5432/nexus or"
                    + " jdbc:h2:file:./.nexus/archive; with nexus.archive=off there is no archive");
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName("archive");
        config.setMaximumPoolSize(6); // four that read, one that searches, one that writes
        config.setMinimumIdle(0);
        config.setConnectionTimeout(CONNECTING.toMillis());
        config.setValidationTimeout(CONNECTING.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setJdbcUrl(url.startsWith(H2) ? inModeOfPostgresql(url) : url);
        config.setUsername(settings.getProperty("spring.datasource.username"));
        config.setPassword(settings.getProperty("spring.datasource.password"));
        if (url.startsWith(POSTGRESQL)) {
            config.addDataSourceProperty("connectTimeout", CONNECTING.toSeconds());
            config.addDataSourceProperty("socketTimeout", ANSWER.toSeconds());
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty("ApplicationName", "nexus");
        }
        Binder.get(settings).bind("spring.datasource.hikari", Bindable.ofInstance(config));
        return new Database(new HikariDataSource(config), url.startsWith(H2) ? IN_H2 : IN_POSTGRESQL);
    }

    private static String inModeOfPostgresql(String url) {
        return url.toUpperCase(java.util.Locale.ROOT).contains(";MODE=")
                ? url
                : url + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH";
    }

    DataSource source() {
        return pool;
    }

    /** Brings the tables to what this version knows. Blocks. */
    void migrate() {
        Flyway.configure()
                .dataSource(pool)
                .locations("classpath:archive")
                .table("archive_migrations")
                .baselineOnMigrate(true) // the database may have tables of others
                .baselineVersion("0")
                .placeholders(dialect)
                .load()
                .migrate();
    }

    void close() {
        pool.close();
    }
}

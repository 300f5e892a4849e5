package dev.nexus.gateway.archive;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.TopicRetention;
import java.time.Clock;
import java.time.Duration;
import org.springframework.core.env.Environment;

/** Makes the archive that the settings ask for. */
public final class Archives {

    private Archives() {}

    /**
     * In the database of {@code spring.datasource.*}, which need not be there yet.
     *
     * @param self this gateway's name among those that may copy
     * @param keep from a job's end; zero for ever
     * @throws dev.nexus.contract.CannotStart if the settings name no database that is known here
     */
    public static Archive inDatabase(
            KafkaClients clients, Topics topics, String self, Duration keep, Environment settings) {
        Database database = Database.of(settings);
        ArchiveStore store = new ArchiveStore(database.source(), topics);
        ArchiveWriter writer = new ArchiveWriter(
                clients, topics, database, store, new TopicRetention(clients, topics), self, keep, Clock.systemUTC());
        return new ArchiveReader(database, store, writer);
    }
}

package dev.nexus.gateway.archive;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.TransactionException;

/**
 * The archive in a database. It is asked on a few threads of its own; when it cannot be connected to, nobody is made to
 * wait for the same failure again for a moment.
 */
final class ArchiveReader implements Archive {

    private static final int AT_ONCE = 4;
    private static final int WAITING = 500;
    /** After a failure; the copying notices in the same time that the database is back. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** For an answer to whoever has to wait for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int CALLS_AT_ONCE = 10;
    /** The class of SQL states that tell of connections. */
    private static final String CONNECTION = "08";

    private final Database database;
    private final ArchiveStore store;
    private final ArchiveWriter writer;
    /** JDBC is on these alone, which nobody interrupts: an interrupt closes a database of H2 for everybody. */
    private final ExecutorService threads = pool("archive-", AT_ONCE);

    /** One at a time, apart: a text is looked for in every row, and nothing else must wait for that. */
    private final ExecutorService searching = pool("archive-search-", 1);

    private volatile @Nullable Failed failed;

    /** That the database could not be connected to. */
    private record Failed(long at, String reason) {}

    ArchiveReader(Database database, ArchiveStore store, ArchiveWriter writer) {
        this.database = database;
        this.store = store;
        this.writer = writer;
    }

    private static ExecutorService pool(String name, int atOnce) {
        var pool = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().name(name, 1).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public void start() {
        writer.start();
    }

    @Override
    public void stop() throws InterruptedException {
        writer.stop();
        threads.shutdown();
        searching.shutdown();
        database.close();
    }

    @Override
    public @Nullable String trouble() {
        return writer.trouble();
    }

    @Override
    public CompletableFuture<Optional<JobFeed>> find(JobId job) {
        return soon(() -> store.find(job).flatMap(row -> JobFeed.of(store.events(row))));
    }

    @Override
    public CompletableFuture<List<JobSummary>> page(
            JobTable.Filter filter, JobTable.@Nullable Position before, JobTable.@Nullable Position behind, int most) {
        return soon(filter.text() == null ? threads : searching, () -> store.page(filter, before, behind, most));
    }

    @Override
    public CompletableFuture<Boolean> delete(JobId job) {
        return soon(() -> store.delete(job));
    }

    @Override
    public byte @Nullable [] file(ArtefactRef ref) {
        return awaited(soon(() -> store.files(ref))).stream()
                .filter(ref::isOf)
                .findFirst()
                .orElse(null);
    }

    @Override
    public Optional<CallLog.Entries> calls(JobState job, @Nullable TaskId task) {
        return awaited(soon(() -> store.find(job.id()))).map(_ -> new Calls(job, task));
    }

    private <T> CompletableFuture<T> soon(Supplier<T> work) {
        return soon(threads, work);
    }

    private <T> CompletableFuture<T> soon(ExecutorService where, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(() -> now(work), where)
                    .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                            failure instanceof TimeoutException
                                    ? new Unreachable("the database is slow", null)
                                    : unwrapped(failure)));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new Unreachable("too many ask the archive", e));
        }
    }

    /**
     * For a thread that may be interrupted.
     *
     * @throws InterruptException if it is; what it asked for goes on
     */
    private static <T> T awaited(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unreachable unreachable) {
                throw unreachable;
            }
            throw new IllegalStateException("the archive could not be read", e.getCause());
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private <T> T now(Supplier<T> work) {
        if (writer.isAway()) {
            throw new Unreachable("the database is away", null);
        }
        Failed last = failed;
        if (last != null && System.nanoTime() - last.at() < PAUSE.toNanos()) {
            throw new Unreachable(last.reason(), null);
        }
        try {
            T answer = work.get();
            failed = null;
            return answer;
        } catch (DataAccessException | TransactionException e) {
            if (isOfConnection(e)) {
                failed = new Failed(System.nanoTime(), reason(e));
            }
            throw new Unreachable(reason(e), e);
        }
    }

    /** Whether the next one would fail likewise; one statement that is slow or wrong says nothing about others. */
    static boolean isOfConnection(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            boolean found = switch (each) {
                case CannotGetJdbcConnectionException _,
                        SQLTransientConnectionException _,
                        SQLNonTransientConnectionException _ -> true;
                case SQLException e ->
                    e.getSQLState() != null && e.getSQLState().startsWith(CONNECTION);
                default -> false;
            };
            if (found) {
                return true;
            }
        }
        return false;
    }

    /** In one line, in the words of the driver. */
    static String reason(Exception failure) {
        String message = NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    /** A job's calls, a few at a time. */
    private final class Calls implements CallLog.Entries {

        private final JobState job;
        private final CallLog.Counting counting;
        private final Deque<ConsumerRecord<String, byte[]>> read = new ArrayDeque<>();
        private int part = -1;
        private long behind = -1;
        private boolean ended;

        Calls(JobState job, @Nullable TaskId task) {
            this.job = job;
            this.counting = new CallLog.Counting(task);
        }

        @Override
        public CallLog.@Nullable Entry next() {
            while (true) {
                ConsumerRecord<String, byte[]> record = read.poll();
                if (record == null) {
                    if (ended) {
                        return null;
                    }
                    readOn();
                    continue;
                }
                CallLog.Entry entry = counting.entry(record);
                if (entry != null) {
                    return entry;
                }
            }
        }

        private void readOn() {
            int lastPart = part;
            long lastOffset = behind;
            read.addAll(awaited(soon(() -> store.calls(
                    job.id(),
                    CallLog.from(job.createdAt()),
                    CallLog.until(job.updatedAt()),
                    lastPart,
                    lastOffset,
                    CALLS_AT_ONCE))));
            ended = read.size() < CALLS_AT_ONCE;
            if (!read.isEmpty()) {
                part = read.getLast().partition();
                behind = read.getLast().offset();
            }
        }

        @Override
        public Usage usage() {
            return counting.usage();
        }

        @Override
        public void close() {}
    }
}

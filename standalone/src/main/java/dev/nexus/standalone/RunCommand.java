package dev.nexus.standalone;

import dev.nexus.contract.Approval;
import dev.nexus.contract.JobKind;
import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.GatewayException;
import dev.nexus.standalone.client.JobFollower;
import dev.nexus.standalone.client.JobView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus run}: from a specification to tested files, with one command. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Plans, builds and tests what SPEC says, shows the progress, and writes the files.",
            "Uses the server at --server if one answers there; else everything is started here for this one job."
        },
        footer = {
            "",
            "Examples:",
            "  nexus run \"A library that converts Roman numerals, with validation\"",
            "  nexus run -f spec.md --out build/roman",
            "  cat spec.md | nexus run -f -",
            "  nexus run -f spec.md --approval plan"
        })
final class RunCommand implements Callable<Integer> {

    private static final Duration LONGEST_CANCEL = Duration.ofSeconds(5);

    private final Shell shell;

    @ArgGroup(multiplicity = "1")
    private SpecArgument spec = new SpecArgument();

    @Option(
            names = "--approval",
            paramLabel = "WHAT",
            description = "plan: the job waits with its plan until 'nexus approve ID' or 'nexus reject ID'.")
    private @Nullable Approval approval;

    @Mixin
    private Results results = new Results();

    @Option(
            names = "--data",
            defaultValue = ".nexus",
            paramLabel = "DIR",
            description = "Where a server that is started here keeps everything; ${DEFAULT-VALUE} if not given.")
    private Path data = Path.of("");

    @Mixin
    private GatewayOption server = new GatewayOption();

    RunCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String text = spec.read(shell, System.in);
        try (GatewayClient running = server.open(shell)) {
            if (running.answers()) {
                return run(running, text, () -> {});
            }
        }
        try (OneJobServer here = OneJobServer.start(shell, shell.folder().resolve(data));
                GatewayClient gateway = new GatewayClient(here.gateway(), GatewayOption.key(shell))) {
            return run(gateway, text, here::close);
        }
    }

    private int run(GatewayClient gateway, String text, Runnable afterCancel) {
        return submitAndFollow(
                shell, gateway, results, () -> gateway.submit(JobKind.PIPELINE, text, approval), afterCancel);
    }

    /** Shows the job that {@code submit} makes to its end, and cancels it when this process is interrupted. */
    static int submitAndFollow(
            Shell shell, GatewayClient gateway, Results results, Supplier<JobView> submit, Runnable afterCancel) {
        AtomicReference<@Nullable PlanNotice> shown = new AtomicReference<>();
        AtomicReference<String> id = new AtomicReference<>("");
        try (OnInterrupt _ = OnInterrupt.then(() -> {
            PlanNotice display = shown.get();
            if (display != null) {
                display.close(); // what is told of the end stands below it
            }
            cancel(shell, gateway, id.get());
            afterCancel.run();
        })) {
            id.set(submit.get().id());
            JobView job = follow(shell, gateway, id.get(), shown);
            String place = job.artefacts().isEmpty() ? null : results.fetch(shell, gateway, job);
            return new JobSummary(job).tell(shell, gateway, place);
        }
    }

    private static JobView follow(
            Shell shell, GatewayClient gateway, String id, AtomicReference<@Nullable PlanNotice> shown) {
        try (PlanNotice display = new PlanNotice(shell, gateway, id)) {
            shown.set(display);
            return new JobFollower(gateway).follow(id, display);
        }
    }

    /** Cancels the job, if there is one, and waits a little for its end. */
    static void cancel(Shell shell, GatewayClient gateway, String id) {
        if (id.isEmpty()) {
            return;
        }
        shell.note("cancelling job " + id);
        try {
            gateway.cancel(id);
            long deadline = System.nanoTime() + LONGEST_CANCEL.toNanos();
            JobView job = gateway.job(id);
            while (!job.isFinal() && System.nanoTime() < deadline) {
                Thread.sleep(Duration.ofMillis(50));
                job = gateway.job(id);
            }
            shell.note("job " + id + (job.isFinal() ? " " + job.status() : " is still ending"));
        } catch (GatewayException e) {
            shell.note(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

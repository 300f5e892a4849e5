package dev.nexus.standalone;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobView;
import dev.nexus.standalone.client.StreamedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Shows the progress of a job, and the plan as well when that waits for whoever looks on. */
final class PlanNotice implements Consumer<StreamedEvent>, AutoCloseable {

    private final Shell shell;
    private final GatewayClient gateway;
    private final String id;
    private final Progress progress;

    PlanNotice(Shell shell, GatewayClient gateway, String id) {
        this.shell = shell;
        this.gateway = gateway;
        this.id = id;
        this.progress = shell.progress();
    }

    @Override
    public void accept(StreamedEvent event) {
        progress.show(event);
        boolean mayWait = switch (event.event()) {
            case JobEvent.JobAccepted e -> e.plan() != null && e.options().approval() != null;
            case JobEvent.TaskCompleted e -> e.outcome() instanceof Outcome.Planned;
            default -> false;
        };
        if (mayWait && !shell.json()) {
            JobView job = gateway.job(id);
            if (job.awaitsApproval()) {
                progress.leave();
                lines(job).forEach(shell.out()::println);
                shell.out().flush();
            }
        }
    }

    /** Nothing is drawn any more. */
    @Override
    public void close() {
        progress.close();
    }

    /** What names the plan to be answered about. */
    static String hash(JobView job) {
        String hash = job.approval() == null ? job.planHash() : job.approval().planHash();
        if (hash == null) {
            throw CommandFailure.usage("job " + job.id() + " is " + job.status() + " and has no plan to answer about");
        }
        return hash;
    }

    private static List<String> lines(JobView job) {
        List<String> lines = new ArrayList<>();
        Plan plan = job.plan();
        if (plan != null) {
            lines.add("");
            lines.add("plan     " + EventText.printable(plan.summary()));
            plan.interfaces()
                    .forEach(module -> module.functions()
                            .forEach(function -> lines.add(
                                    "         " + EventText.printable(module.name() + ": " + function.signature()))));
            plan.steps()
                    .forEach(step -> lines.add("  "
                            + EventText.printable(
                                    step.id() + "  " + step.title() + "  (" + String.join(", ", step.files()) + ")")));
        }
        lines.add("");
        lines.add("It waits for an approval, from another terminal:");
        lines.add("  nexus approve " + job.id() + " [--plan FILE]");
        lines.add("  nexus reject " + job.id() + " [--reason TEXT]");
        lines.add("");
        return lines;
    }
}

package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.bench.chaos.Breach.Rule;
import dev.nexus.bench.chaos.Wish.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The judge finds what it is there to find, and nothing where all is well. */
class AuditTest {

    private static final String JOB = LogForTests.JOB;
    private static final String OTHER_JOB = "0198c5a2-7c00-7000-8000-000000000002";
    private static final String BODY =
            "{'status':'completed','seq':5,'tasks':[{'id':'plan','status':'completed','attempt':1}],"
                    + "'plan':{'summary':'one','steps':[]}}";

    @Test
    void aJobAsItShouldBeBreaksNothing() {
        LogForTests log = LogForTests.ofAPlan().completed();
        Audit audit = new Audit(log.records());

        audit.everyJobHasOneEnd(List.of(JOB));
        audit.noJobFailsForAReasonOfItsOwn();
        audit.nothingIsReplaced(List.of());
        audit.streamIsTheLog(JOB, log.frames());
        bodies(audit, BODY, BODY);

        assertThat(audit.breaches()).isEmpty();
    }

    @Test
    void aJobThatTheLogDoesNotKnowIsLost() {
        Audit audit = new Audit(List.of());

        audit.everyJobHasOneEnd(List.of(JOB));

        assertThat(rules(audit)).containsExactly(Rule.LOST);
    }

    @Test
    void aJobWithoutFinalEventIsLost() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());

        audit.everyJobHasOneEnd(List.of(JOB));

        assertThat(rules(audit)).containsExactly(Rule.LOST);
    }

    @Test
    void aRepeatOfTheFinalEventIsNoSecondOne() {
        Audit audit = new Audit(LogForTests.ofAPlan()
                .completed()
                .event("final", "{'type':'job.failed'}")
                .records());

        audit.everyJobHasOneEnd(List.of(JOB));

        assertThat(audit.breaches()).isEmpty();
        assertThat(audit.jobs().get(JOB).status()).isEqualTo("completed");
    }

    @Test
    void aSecondFinalEventWithAnIdOfItsOwnIsABreach() {
        Audit audit = new Audit(LogForTests.ofAPlan()
                .completed()
                .event("final/2", "{'type':'job.failed'}")
                .records());

        audit.everyJobHasOneEnd(List.of(JOB));

        assertThat(rules(audit)).containsExactly(Rule.LOST);
    }

    @Test
    void aRefusalOfWhatWasWellFormedIsABreach() {
        Audit audit = new Audit(LogForTests.ofAPlan()
                .completed()
                .event("rejected/job-requests/0/1", "{'type':'job.rejected','error':{'code':'id_in_use'}}")
                .records());

        audit.everyJobHasOneEnd(List.of(JOB));

        assertThat(rules(audit)).containsExactly(Rule.LOST);
    }

    @Test
    void aCustomerWhoseJobEndedIsServed() {
        Audit audit = new Audit(acceptedFor(17, JOB).records());

        audit.everyCustomerIsServed(1, List.of(told(17, Door.HTTP, JOB, true)));

        assertThat(audit.breaches()).isEmpty();
    }

    @Test
    void fewerCustomersThanJobsThatWereAskedForIsABreach() {
        Audit audit = new Audit(acceptedFor(17, JOB).records());

        audit.everyCustomerIsServed(2, List.of(told(17, Door.HTTP, JOB, true)));

        assertThat(rules(audit)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aCustomerWithoutJobIsABreach() {
        Audit audit = new Audit(List.of());

        audit.everyCustomerIsServed(1, List.of(told(17, Door.HTTP, null, false)));

        assertThat(rules(audit)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aCustomerWhoDidNotSeeTheEndIsABreach() {
        Audit audit = new Audit(acceptedFor(17, JOB).records());

        audit.everyCustomerIsServed(1, List.of(told(17, Door.HTTP, JOB, false)));

        assertThat(rules(audit)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aSecondJobOfAKeyedRequestIsABreach() {
        LogForTests log = acceptedFor(17, JOB);
        log.records().addAll(acceptedFor(17, OTHER_JOB).records());
        Audit audit = new Audit(log.records());

        audit.everyCustomerIsServed(1, List.of(told(17, Door.KAFKA_WITH_KEY, JOB, true)));

        assertThat(rules(audit)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aJobOfASubmissionThatWasNotAnsweredIsNoneAndOneOfNoSubmissionIs() {
        LogForTests log = acceptedFor(17, JOB);
        log.records().addAll(acceptedFor(17, OTHER_JOB).records());
        Audit sentTwice = new Audit(log.records());
        Audit sentOnce = new Audit(log.records());

        sentTwice.everyCustomerIsServed(1, List.of(new Told(wish(17, Door.HTTP), JOB, true, 2, null)));
        sentOnce.everyCustomerIsServed(1, List.of(new Told(wish(17, Door.HTTP), JOB, true, 1, null)));

        assertThat(sentTwice.breaches()).isEmpty();
        assertThat(rules(sentOnce)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aJobThatWasMadeOfSomeoneElsesRequestIsABreach() {
        Audit audit = new Audit(acceptedFor(17, OTHER_JOB).records());

        audit.everyCustomerIsServed(1, List.of(told(17, Door.KAFKA_WITH_ID, JOB, true)));

        assertThat(rules(audit)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aJobThatNoCustomerAskedForIsABreach() {
        Audit audit = new Audit(acceptedFor(17, JOB).records());

        audit.everyCustomerIsServed(0, List.of());

        assertThat(rules(audit)).containsExactly(Rule.UNSERVED);
    }

    @Test
    void aJobThatFailsForADefectIsABreachAndForAFaultyModelIsNot() {
        Audit defect = new Audit(failedWith("internal_error"));
        Audit fault = new Audit(failedWith("invalid_model_output"));

        defect.noJobFailsForAReasonOfItsOwn();
        fault.noJobFailsForAReasonOfItsOwn();

        assertThat(rules(defect)).containsExactly(Rule.FAILED);
        assertThat(fault.breaches()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 17, 0", "3, 16, 1", "2, 1, 0"})
    void fewJobsMayFailByTheModel(int failed, int completed, int breaches) {
        Audit audit = new Audit(jobs(Map.of("failed", failed, "completed", completed)));

        audit.noJobFailsForAReasonOfItsOwn();

        assertThat(rules(audit)).hasSize(breaches).allMatch(rule -> rule == Rule.FAILED);
    }

    @Test
    void aKindOfWhichNoJobIsCompletedIsABreach() {
        List<RawRecord> records = new ArrayList<>(jobs(Map.of("completed", 3)));
        for (String job : List.of("a", "b", "c")) {
            records.addAll(new LogForTests(job)
                    .event("accepted", "{'type':'job.accepted','kind':'build'}")
                    .event("final", "{'type':'job.failed','error':{'code':'worker_lost'}}")
                    .records());
        }
        Audit audit = new Audit(records);

        audit.noJobFailsForAReasonOfItsOwn();

        assertThat(audit.breaches())
                .extracting(Breach::what)
                .containsExactly("none of 3 jobs of kind build was completed");
    }

    @Test
    void cancelledJobsSayNothingOfTheModel() {
        Audit audit = new Audit(jobs(Map.of("cancelled", 5)));

        audit.noJobFailsForAReasonOfItsOwn();

        assertThat(audit.breaches()).isEmpty();
    }

    @Test
    void aResultOfAWorkerThatDidNotWinTheClaimIsABreach() {
        Audit audit = new Audit(new LogForTests()
                .event("accepted", "{'type':'job.accepted'}")
                .event("plan/1/started/a", "{'type':'task.started','task':'plan','attempt':1,'worker':'a'}")
                .event("plan/1/started/b", "{'type':'task.started','task':'plan','attempt':1,'worker':'b'}")
                .event("plan/1/result", "{'type':'task.completed','task':'plan','attempt':1,'worker':'b'}")
                .records());

        audit.nothingIsReplaced(List.of());

        assertThat(rules(audit)).containsExactly(Rule.REPLACED);
    }

    @Test
    void anOrderWithAFileOfALateTwinIsABreach() {
        LogForTests log = new LogForTests().event("accepted", "{'type':'job.accepted'}");
        built(log, 1, "'sha256':'aa','size':1,'partition':0,'offset':7");
        built(log, 2, "'sha256':'bb','size':1,'partition':0,'offset':8");
        Audit first = new Audit(log.records());
        Audit twin = new Audit(log.records());

        first.nothingIsReplaced(List.of(testOrder("'sha256':'aa','size':1,'partition':0,'offset':7")));
        twin.nothingIsReplaced(List.of(testOrder("'sha256':'bb','size':1,'partition':0,'offset':8")));

        assertThat(first.breaches()).isEmpty();
        assertThat(rules(twin)).containsExactly(Rule.REPLACED);
    }

    @Test
    void anOrderWithAnotherPlanThanTheFirstCompletedIsABreach() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());
        RawRecord order = order("build-requests", "{'type':'build','task':'build:one','plan':{'summary':'two'}}");

        audit.nothingIsReplaced(List.of(order));

        assertThat(rules(audit)).containsExactly(Rule.REPLACED);
    }

    @Test
    void aReportOfALateTwinIsNotTheJobs() {
        LogForTests log = tested("passed", "failed").event("final", "{'type':'job.completed','verdict':'passed'}");
        Audit first = new Audit(log.records());
        Audit twin = new Audit(log.records());

        bodies(first, testedBody("passed"), testedBody("passed"));
        bodies(twin, testedBody("failed"), testedBody("failed"));

        assertThat(first.breaches()).isEmpty();
        assertThat(rules(twin)).containsExactly(Rule.BODY);
        assertThat(twin.breaches().getFirst().what()).startsWith("report:");
    }

    @Test
    void aJobThatEndsWithTheVerdictOfALateTwinIsABreach() {
        LogForTests first = tested("passed", "failed").event("final", "{'type':'job.completed','verdict':'passed'}");
        LogForTests twin = tested("passed", "failed").event("final", "{'type':'job.completed','verdict':'failed'}");
        Audit right = new Audit(first.records());
        Audit wrong = new Audit(twin.records());

        right.nothingIsReplaced(List.of());
        wrong.nothingIsReplaced(List.of());

        assertThat(right.breaches()).isEmpty();
        assertThat(rules(wrong)).containsExactly(Rule.REPLACED);
    }

    @Test
    void aFileWhoseBytesAreNotThereIsABreach() {
        LogForTests log = new LogForTests().event("accepted", "{'type':'job.accepted'}");
        built(log, 1, "'sha256':'aa','size':1,'partition':0,'offset':7");
        Audit there = new Audit(log.records());
        Audit others = new Audit(log.records());
        Audit ofAnotherJob = new Audit(log.records());

        there.everyFileIsKept(Map.of(JOB, Set.of(new JobHistory.FileRef("a.py", "aa", 1, 0, 7))));
        others.everyFileIsKept(Map.of(JOB, Set.of(new JobHistory.FileRef("a.py", "bb", 1, 0, 7))));
        ofAnotherJob.everyFileIsKept(Map.of(OTHER_JOB, Set.of(new JobHistory.FileRef("a.py", "aa", 1, 0, 7))));

        assertThat(there.breaches()).isEmpty();
        assertThat(rules(others)).containsExactly(Rule.REPLACED);
        assertThat(rules(ofAnotherJob)).containsExactly(Rule.REPLACED);
    }

    @Test
    void aFileIsKnownByItsBytesNotByItsHeaders() {
        var record = new ConsumerRecord<>("job-artefacts", 2, 7, JOB, "print()".getBytes(StandardCharsets.UTF_8));
        record.headers().add("path", "a.py".getBytes(StandardCharsets.UTF_8));
        record.headers().add("sha256", "aa".getBytes(StandardCharsets.UTF_8));

        assertThat(JobHistory.FileRef.of(record))
                .isEqualTo(new JobHistory.FileRef(
                        "a.py", "525d513313416cf187f44fa87e1753ee6d11552c22097537ddc32b4ed34fa68f", 7, 2, 7));
    }

    @Test
    void aCallThatStartsAfterAnEqualReplyWasReadableIsABreach() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());

        audit.noCallIsRepeated(List.of(call(0, 10_000, 300), call(1, 20_000, 9_000)), Map.of(), List.of());

        assertThat(rules(audit)).containsExactly(Rule.REPEATED_CALL);
    }

    @Test
    void aCallThatWasUnderWayWhenAnEqualReplyCameIsNone() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());

        audit.noCallIsRepeated(List.of(call(0, 10_000, 300), call(1, 20_000, 9_800)), Map.of(), List.of());

        assertThat(audit.breaches()).isEmpty();
    }

    @Test
    void theTimeInWhichTheWorkerWasStoppedDoesNotCount() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());
        long from = LogForTests.START + 9_900;

        audit.noCallIsRepeated(
                List.of(call(0, 10_000, 300), call(1, 20_000, 300)),
                Map.of("a", List.of(new Audit.Span(from, from + 9_700))),
                List.of());

        assertThat(audit.breaches()).isEmpty();
    }

    @Test
    void theTimeInWhichAnotherWorkerWasStoppedDoesCount() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());
        long from = LogForTests.START + 9_900;

        audit.noCallIsRepeated(
                List.of(call(0, 10_000, 300), call(1, 20_000, 300, "b")),
                Map.of("a", List.of(new Audit.Span(from, from + 9_700)), "", List.of(new Audit.Span(0, from * 2))),
                List.of());

        assertThat(rules(audit)).containsExactly(Rule.REPEATED_CALL);
    }

    @Test
    void afterALongOutageOnlyAClaimBehindTheReplyShowsThatTheCallCameTooLate() {
        Audit claimedBefore = new Audit(LogForTests.ofAPlan().records()); // claimed at 2 s
        Audit claimedBehind = new Audit(LogForTests.ofAPlan().records());
        List<Audit.Span> outage = List.of(new Audit.Span(LogForTests.START + 11_000, LogForTests.START + 41_000));

        claimedBefore.noCallIsRepeated(List.of(call(0, 10_000, 300), call(1, 45_000, 300)), Map.of(), outage);
        claimedBehind.noCallIsRepeated(List.of(call(0, 1_000, 300), call(1, 45_000, 300)), Map.of(), outage);

        assertThat(claimedBefore.breaches()).isEmpty();
        assertThat(rules(claimedBehind)).containsExactly(Rule.REPEATED_CALL);
    }

    @Test
    void aShortOutageExcusesNoRepeatedCall() {
        Audit audit = new Audit(LogForTests.ofAPlan().records());
        List<Audit.Span> outage = List.of(new Audit.Span(LogForTests.START + 11_000, LogForTests.START + 31_000));

        audit.noCallIsRepeated(List.of(call(0, 10_000, 300), call(1, 45_000, 300)), Map.of(), outage);

        assertThat(rules(audit)).containsExactly(Rule.REPEATED_CALL);
    }

    @Test
    void aCallOfTheClaimsWinnerIsFineAndOneOfAnotherWorkerOrWithoutClaimIsABreach() {
        Audit winner = new Audit(LogForTests.ofAPlan().records());
        Audit other = new Audit(LogForTests.ofAPlan().records());
        Audit unclaimed = new Audit(
                new LogForTests().event("accepted", "{'type':'job.accepted'}").records());

        winner.everyCallIsOfTheClaimsWinner(List.of(call(0, 10_000, 300, "a")));
        other.everyCallIsOfTheClaimsWinner(List.of(call(0, 10_000, 300, "b")));
        unclaimed.everyCallIsOfTheClaimsWinner(List.of(call(0, 10_000, 300, "a")));

        assertThat(winner.breaches()).isEmpty();
        assertThat(rules(other)).containsExactly(Rule.UNCLAIMED_CALL);
        assertThat(rules(unclaimed)).containsExactly(Rule.UNCLAIMED_CALL);
    }

    @Test
    void aGapInAStreamIsABreach() {
        LogForTests log = LogForTests.ofAPlan().completed();
        List<Frame> frames = new ArrayList<>(log.frames());
        frames.remove(2);
        Audit audit = new Audit(log.records());

        audit.streamIsTheLog(JOB, frames);

        assertThat(rules(audit)).containsExactly(Rule.STREAM);
    }

    @Test
    void aRepeatInAStreamIsABreach() {
        LogForTests log = LogForTests.ofAPlan().completed();
        List<Frame> frames = new ArrayList<>(log.frames());
        frames.add(3, frames.get(2));
        Audit audit = new Audit(log.records());

        audit.streamIsTheLog(JOB, frames);

        assertThat(rules(audit)).containsExactly(Rule.STREAM);
    }

    @Test
    void aStreamThatEndsEarlyIsABreach() {
        LogForTests log = LogForTests.ofAPlan().completed();
        Audit audit = new Audit(log.records());

        audit.streamIsTheLog(JOB, log.frames().subList(0, 4));

        assertThat(rules(audit)).containsExactly(Rule.STREAM);
    }

    @Test
    void aStreamThatTellsSomethingElseIsABreach() {
        LogForTests log = LogForTests.ofAPlan().completed();
        LogForTests other = LogForTests.ofAPlan().event("final", "{'type':'job.completed','verdict':'passed'}");
        Audit audit = new Audit(log.records());

        audit.streamIsTheLog(JOB, other.frames());

        assertThat(rules(audit)).containsExactly(Rule.STREAM);
    }

    @Test
    void bodiesThatDifferAreABreach() {
        Audit audit = new Audit(LogForTests.ofAPlan().completed().records());

        bodies(audit, BODY, BODY + " ");

        assertThat(rules(audit)).containsExactly(Rule.BODY);
    }

    @Test
    void aBodyThatTellsOtherThanTheLogIsABreachForEachDifference() {
        Audit audit = new Audit(LogForTests.ofAPlan().completed().records());
        String wrong = "{'status':'failed','seq':6,'artefacts':[{'path':'a.py','sha256':'aa','size':1}],"
                + "'tasks':[{'id':'plan','status':'running','attempt':2}],'verdict':'passed','error':{'code':'x'}}";

        bodies(audit, wrong, wrong);

        assertThat(audit.breaches())
                .extracting(Breach::what)
                .extracting(what -> what.substring(0, what.indexOf(':')))
                .containsExactly(
                        "status", "seq", "files", "attempts", "completion of plan", "error", "verdict", "plan");
    }

    @Test
    void whatComesAfterTheEndDoesNotCount() {
        Audit audit = new Audit(LogForTests.ofAPlan()
                .completed()
                .event("plan/2/started/b", "{'type':'task.started','task':'plan','attempt':2,'worker':'b'}")
                .records());

        bodies(audit, BODY, BODY);

        assertThat(audit.breaches()).isEmpty();
    }

    @Test
    void aFailedJobThatShowsAnotherRoundThanItsBestIsABreach() {
        LogForTests log = new LogForTests().event("accepted", "{'type':'job.accepted','kind':'pipeline'}");
        round(log, "", "aa", "passed");
        round(log, ":r1", "bb", "failed");
        log.event("final", "{'type':'job.failed','error':{'code':'no_progress'},'verdict':'failed','bestRound':0}");
        Audit best = new Audit(log.records());
        Audit newest = new Audit(log.records());

        bodies(best, roundBody(0, "aa", "passed"));
        bodies(newest, roundBody(1, "bb", "failed"));

        assertThat(best.breaches()).isEmpty();
        assertThat(newest.breaches())
                .extracting(Breach::what)
                .extracting(what -> what.substring(0, what.indexOf(':')))
                .containsExactly("files", "best round", "report");
    }

    /** A build and a test run, in which one test came out so. */
    private static void round(LogForTests log, String suffix, String sha256, String outcome) {
        log.event(
                        "build:one" + suffix + "/1/result",
                        "{'type':'task.completed','task':'build:one" + suffix + "','attempt':1,'worker':'a',"
                                + "'outcome':{'type':'files','files':[{'path':'a.py','sha256':'" + sha256
                                + "','size':1}]}}")
                .event(
                        "test" + suffix + "/1/result",
                        "{'type':'task.completed','task':'test" + suffix + "','attempt':1,'worker':'a',"
                                + "'outcome':{'type':'report','report':" + roundReport(outcome) + "}}");
    }

    private static String roundReport(String outcome) {
        return "{'verdict':'failed','tests':[{'id':'one','outcome':'" + outcome + "'}]}";
    }

    private static String roundBody(int best, String sha256, String outcome) {
        return "{'status':'failed','seq':6,'tasks':[{'id':'build:one','status':'completed','attempt':1},"
                + "{'id':'test','status':'completed','attempt':1},"
                + "{'id':'build:one:r1','status':'completed','attempt':1},"
                + "{'id':'test:r1','status':'completed','attempt':1}],"
                + "'artefacts':[{'path':'a.py','sha256':'" + sha256 + "','size':1}],"
                + "'report':" + roundReport(outcome) + ",'bestRound':" + best
                + ",'verdict':'failed','error':{'code':'no_progress'}}";
    }

    private static void bodies(Audit audit, String... bodies) {
        List<JsonNode> trees =
                java.util.Arrays.stream(bodies).map(LogForTests::json).toList();
        audit.bodiesTellTheLog(JOB, List.of(bodies), trees);
    }

    private static List<Rule> rules(Audit audit) {
        return audit.breaches().stream().map(Breach::rule).toList();
    }

    private static LogForTests acceptedFor(int customer, String job) {
        return new LogForTests(job)
                .event("accepted", "{'type':'job.accepted','kind':'plan','metadata':{'chaos':'" + customer + "'}}");
    }

    private static Told told(int customer, Door door, @Nullable String job, boolean ended) {
        return new Told(wish(customer, door), job, ended, 1, null);
    }

    private static Wish wish(int number, Door door) {
        return new Wish(number, Wish.Shape.PLAN, door, "{}", null, false, false);
    }

    private static List<RawRecord> failedWith(String code) {
        return LogForTests.ofAPlan()
                .event("final", "{'type':'job.failed','error':{'code':'" + code + "'}}")
                .records();
    }

    /** A test run by worker a, and a twin of it that comes later. */
    private static LogForTests tested(String verdict, String ofTwin) {
        LogForTests log = new LogForTests().event("accepted", "{'type':'job.accepted','kind':'test'}");
        for (int attempt = 1; attempt <= 2; attempt++) {
            log.event(
                            "test/" + attempt + "/started/a",
                            "{'type':'task.started','task':'test','attempt':" + attempt + ",'worker':'a'}")
                    .event(
                            "test/" + attempt + "/result",
                            "{'type':'task.completed','task':'test','attempt':" + attempt + ",'worker':'a',"
                                    + "'outcome':{'type':'report','report':{'verdict':'"
                                    + (attempt == 1 ? verdict : ofTwin) + "'}}}");
        }
        return log;
    }

    private static String testedBody(String verdict) {
        return "{'status':'completed','seq':6,'tasks':[{'id':'test','status':'completed','attempt':2}],"
                + "'report':{'verdict':'" + verdict + "','tests':[]},'bestRound':0,'verdict':'passed'}";
    }

    /** So many plans with each end; those that failed did so by the model. */
    private static List<RawRecord> jobs(Map<String, Integer> numbers) {
        List<RawRecord> records = new ArrayList<>();
        numbers.forEach((end, number) -> {
            for (int i = 0; i < number; i++) {
                records.addAll(new LogForTests(end + i)
                        .event("accepted", "{'type':'job.accepted','kind':'plan'}")
                        .event(
                                "final",
                                "{'type':'job." + end + "'"
                                        + (end.equals("failed") ? ",'error':{'code':'invalid_model_output'}" : "")
                                        + "}")
                        .records());
            }
        });
        return records;
    }

    private static void built(LogForTests log, int attempt, String ref) {
        log.event(
                "build:one/" + attempt + "/started/a",
                "{'type':'task.started','task':'build:one','attempt':" + attempt + ",'worker':'a'}");
        log.event(
                "build:one/" + attempt + "/result",
                "{'type':'task.completed','task':'build:one','attempt':" + attempt + ",'worker':'a',"
                        + "'outcome':{'type':'files','files':[{'path':'a.py'," + ref + "}]}}");
    }

    private static RawRecord testOrder(String ref) {
        return order("test-requests", "{'type':'test','task':'test','files':[{'path':'a.py'," + ref + "}]}");
    }

    private static RawRecord order(String topic, String json) {
        return new LogForTests().record(topic, "order", json).records().getFirst();
    }

    private static RawRecord call(long offset, long at, long duration) {
        return call(offset, at, duration, "a");
    }

    /** A reply that was appended so many milliseconds after the log's start. */
    private static RawRecord call(long offset, long at, long duration, String worker) {
        return new RawRecord(
                "model-calls",
                0,
                offset,
                LogForTests.START + at,
                JOB,
                new HashMap<>(Map.of("ce_source", "/nexus/planner-service/" + worker)),
                LogForTests.json("{'callKey':'k','task':'plan','attempt':1,'durationMillis':" + duration + "}"));
    }
}

import { useMemo, useState, type ReactNode } from 'react';
import type { Job, TestReport, TestResult } from '../api';
import { toJob } from '../route';
import { EmptyState } from '../ui/EmptyState';
import { duration, plural } from '../ui/format';
import { StatusBadge, StatusIcon, statusText } from '../ui/StatusBadge';
import { isFinal } from './chain';
import { ScrolledText } from './Scrolled';
import { parseTaskId } from './taskId';
import { nameOf, placeOf, testFiles, totalsOf } from './testList';
import type { Told } from './types';

/** The tests: how they went, round by round, and what their pass is worth. */
export function TestsView({ job, events }: { job: Job; events: readonly Told[] }) {
  const runs = useMemo(() => runsOf(events), [events]);
  const [chosen, setChosen] = useState<number>();
  const report = chosen === undefined ? job.report : runs.get(chosen);
  const replaced = useMemo(() => events.flatMap((event) => event.outcome?.replaced ?? []), [events]);
  if (report === undefined) {
    return (
      <EmptyState title="No test run yet">
        {job.testQuality !== undefined
          ? `${plural(job.testQuality.tests, 'test is', 'tests are')} written; they run when the code is built.`
          : isFinal(job.status)
            ? 'This job ended before tests were run.'
            : 'Tests are written beside the code, and run in a sandbox when both are there.'}
      </EmptyState>
    );
  }
  const totals = totalsOf(report);
  return (
    <div className="tests">
      {runs.size > 1 && (
        <div className="runs" role="group" aria-label="Test run">
          <button type="button" aria-pressed={chosen === undefined} onClick={() => setChosen(undefined)}>
            Result
          </button>
          {[...runs.entries()].map(([round, run]) => (
            <button key={round} type="button" aria-pressed={chosen === round} onClick={() => setChosen(round)}>
              <StatusIcon status={run.verdict} /> {round === 0 ? 'First run' : `Round ${round}`}
            </button>
          ))}
        </div>
      )}
      <div className="verdict">
        <StatusBadge status={report.verdict} />
        <span>
          <strong className="tabular">{totals.passed}</strong> of {plural(totals.all, 'test')} passed
          {totals.failed > 0 && <>, {totals.failed} failed</>}
          {totals.skipped > 0 && <>, {totals.skipped} skipped</>}, in {duration(report.durationMillis)}
        </span>
        {chosen === undefined && (
          <a href={`/jobs/${job.id}/report.xml`} download={`${job.id}.xml`}>
            JUnit XML
          </a>
        )}
      </div>
      {totals.all > 0 && (
        <div className="proportion" aria-hidden="true">
          {totals.passed > 0 && <i className="tone-good" style={{ flexGrow: totals.passed }} />}
          {totals.skipped > 0 && <i className="tone-gone" style={{ flexGrow: totals.skipped }} />}
          {totals.failed > 0 && <i className="tone-bad" style={{ flexGrow: totals.failed }} />}
        </div>
      )}
      {report.message !== undefined && <p className="problem">{report.message}</p>}
      {report.output !== undefined && <ScrolledText name="What the run printed" text={report.output} />}
      <Worth job={job} report={report} />
      {replaced.length > 0 && (
        <section className="replaced">
          <h3>Tests that were taken back</h3>
          <ul>
            {replaced.map((each) => (
              <li key={each.test}>
                <code>{each.test}</code>: {each.why}
              </li>
            ))}
          </ul>
        </section>
      )}
      <TestList job={job} report={report} />
      {totals.told < totals.all && (
        <p className="muted">
          {totals.told} of {totals.all} are told one by one, the failures first of all.
        </p>
      )}
    </div>
  );
}

/** The report of each run that the events tell of, by round. */
function runsOf(events: readonly Told[]): Map<number, TestReport> {
  const runs = new Map<number, TestReport>();
  for (const event of events) {
    const round = event.task === undefined ? undefined : parseTaskId(event.task)?.round;
    if (event.outcome?.report !== undefined && round !== undefined && !runs.has(round)) {
      runs.set(round, event.outcome.report); // the first completion counts
    }
  }
  return runs;
}

const ISOLATION = {
  same: 'The tests pass in another process than the code, too.',
  differs: 'A test ends otherwise when code and tests run in two processes: the code may reach for its tests.',
  not_applicable: 'Tests and code share more than calls, so they were not tried in two processes.',
};

/** What is told of tests besides their verdict: how much they prove. */
function Worth({ job, report }: { job: Job; report: TestReport }) {
  const { mutation, isolation, coverage } = report;
  const quality = job.testQuality;
  if (quality === undefined && mutation === undefined && isolation === undefined && coverage === undefined) {
    return null;
  }
  return (
    <div className="worth">
      {quality !== undefined && (
        <Card title="Meaningful" value={`${quality.meaningful} of ${quality.tests}`} share={quality.tests === 0 ? 0 : quality.meaningful / quality.tests}>
          <p>tests tell the code from stubs in its place.</p>
          {(quality.vacuous ?? []).length > 0 && (
            <details>
              <summary>{plural(quality.vacuous?.length ?? 0, 'test')} that prove nothing</summary>
              <ul>
                {quality.vacuous?.map((id) => (
                  <li key={id}>
                    <code>{id}</code>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </Card>
      )}
      {mutation !== undefined && (
        <Card title="Mutation score" value={`${Math.round(mutation.score * 100)} %`} share={mutation.score}>
          <p>
            {mutation.killed} of {plural(mutation.run, 'small change')} to the code noticed; {mutation.possible} would be possible.
          </p>
          {(mutation.survivors ?? []).length > 0 && (
            <details>
              <summary>{plural(mutation.survivors?.length ?? 0, 'change')} that no test noticed</summary>
              <ul>
                {mutation.survivors?.map((each) => (
                  <li key={`${each.path}:${each.line} ${each.change}`}>
                    <a href={toLine(job.id, each.path, each.line)}>
                      {each.path}:{each.line}
                    </a>{' '}
                    {each.change}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </Card>
      )}
      {isolation !== undefined && (
        <Card title="Isolation" value={{ same: 'same', differs: 'differs', not_applicable: 'not tried' }[isolation.result] ?? isolation.result}>
          <p>{ISOLATION[isolation.result] ?? ''}</p>
          {isolation.test !== undefined && (
            <p>
              <code>{isolation.test}</code>
            </p>
          )}
          {isolation.message !== undefined && <p className="muted">{isolation.message}</p>}
        </Card>
      )}
      {coverage !== undefined && (
        <Card title="Coverage" value={coverage.executable === 0 ? '–' : `${Math.round((coverage.covered / coverage.executable) * 100)} %`} share={coverage.executable === 0 ? 0 : coverage.covered / coverage.executable}>
          <p>
            {coverage.covered} of {plural(coverage.executable, 'line')} ran.
          </p>
          {(coverage.files ?? []).length > 0 && (
            <details>
              <summary>By file</summary>
              <ul>
                {coverage.files?.map((file) => (
                  <li key={file.path}>
                    <a href={toJob(job.id, 'files', file.path)}>{file.path}</a> {file.covered} of {file.executable}
                    {(file.missed ?? []).length > 0 && <span className="muted">, not {file.missed?.join(', ')}</span>}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </Card>
      )}
    </div>
  );
}

export function Card({ title, value, share, children }: { title: string; value: ReactNode; share?: number; children?: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <h3>{title}</h3>
      <p className="card-value tabular">{value}</p>
      {share !== undefined && (
        <div className="job-meter" aria-hidden="true">
          <i style={{ width: `${Math.min(1, share) * 100}%` }} />
        </div>
      )}
      {children}
    </section>
  );
}

/** The address of a line of a file. */
export const toLine = (jobId: string, path: string, line: number): string => `${toJob(jobId, 'files', path)}?line=${line}`;

function TestList({ job, report }: { job: Job; report: TestReport }) {
  const files = useMemo(() => testFiles(report), [report]);
  const vacuous = useMemo(() => new Set(job.testQuality?.vacuous ?? []), [job.testQuality]);
  const inJob = useMemo(() => new Set(job.artefacts.map((file) => file.path)), [job.artefacts]);
  return (
    <div className="test-files">
      {files.map((file) => (
        <section key={file.path} aria-label={file.path}>
          <h3>
            {inJob.has(file.path) ? <a href={toJob(job.id, 'files', file.path)}>{file.path}</a> : file.path}
            <span className="muted">
              {file.passed} passed{file.failed > 0 && `, ${file.failed} failed`}
              {file.skipped > 0 && `, ${file.skipped} skipped`}
            </span>
          </h3>
          <ul>
            {file.tests.map((test, i) => (
              <li key={test.id}>
                <TestRow jobId={job.id} test={test} isVacuous={vacuous.has(test.id)} isOpen={i < OPEN && isBad(test)} inJob={inJob} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** Of each file so many failures are unfolded: more is more than one reads. */
const OPEN = 3;

const isBad = (test: TestResult): boolean => test.outcome === 'failed' || test.outcome === 'error';

interface RowProps {
  jobId: string;
  test: TestResult;
  isVacuous: boolean;
  isOpen: boolean;
  inJob: ReadonlySet<string>;
}

function TestRow({ jobId, test, isVacuous, isOpen, inJob }: RowProps) {
  const head = (
    <>
      <StatusIcon status={test.outcome} />
      <span className="visually-hidden">{statusText(test.outcome)}: </span>
      <span className="test-name">{nameOf(test.id)}</span>
      {isVacuous && <span className="kept">proves nothing</span>}
      <span className="tabular muted">{duration(test.durationMillis)}</span>
    </>
  );
  if (test.message === undefined && test.trace === undefined && test.output === undefined) {
    return <div className="test-row">{head}</div>;
  }
  return (
    <details className="test-more" open={isOpen}>
      <summary className="test-row">{head}</summary>
      <div className="test-why">
        {test.message !== undefined && <p className="test-message">{test.message}</p>}
        {(test.lines ?? []).length > 0 && (
          <p className="muted">
            through{' '}
            {test.lines?.map((text, i) => {
              const place = placeOf(text);
              return (
                <span key={text}>
                  {i > 0 && ', '}
                  {place !== undefined && inJob.has(place.path) ? <a href={toLine(jobId, place.path, place.line)}>{text}</a> : text}
                </span>
              );
            })}
          </p>
        )}
        {test.trace !== undefined && <ScrolledText name="Trace" text={test.trace} />}
        {test.output !== undefined && (
          <>
            <p className="muted">It printed:</p>
            <ScrolledText name="What it printed" text={test.output} />
          </>
        )}
      </div>
    </details>
  );
}

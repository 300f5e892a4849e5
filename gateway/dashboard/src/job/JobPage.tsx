import { useEffect, useRef, type ReactNode } from 'react';
import type { Job, Round } from '../api';
import { toJob, useHash } from '../route';
import { CopyButton } from '../ui/CopyButton';
import { Money } from '../ui/Money';
import { Page } from '../ui/Page';
import { ProblemView } from '../ui/ProblemView';
import { StatusBadge, statusText } from '../ui/StatusBadge';
import { Duration, Time } from '../ui/Time';
import { Actions } from './Actions';
import { CallsView } from './CallsView';
import { ChangesView } from './ChangesView';
import { isFinal } from './chain';
import { EventsView } from './EventsView';
import { mayPass, useFeed, useFetched, type Feed } from './feed';
import { FilesView } from './FilesView';
import { Overview } from './Overview';
import { PlanView } from './PlanView';
import { ScrolledText } from './Scrolled';
import { TestsView } from './TestsView';
import { Timeline } from './Timeline';
import type { Calls } from './types';
import './job.css';

/** Everything about one job. What is shown of its state is what GET says; events bring the live detail. */
export function JobPage({ id, rest }: { id: string; rest: string[] }) {
  const feed = useFeed(id);
  const { job, problem } = feed;
  if (job === undefined) {
    return (
      <Page title="Job" className="job-page">
        {problem === undefined || mayPass(problem) ? (
          <p className="job-waits" aria-busy="true">
            Reading the job…
          </p>
        ) : (
          <ProblemView problem={problem}>{problem.status === 404 && <a href="#/jobs">See all jobs</a>}</ProblemView>
        )}
      </Page>
    );
  }
  return (
    <Page title={`${statusText(job.status)}: ${titleOf(job)}`} className="job-page">
      <Header job={job} feed={feed} />
      <Tabs job={job} chosen={rest[0] ?? ''} />
      {problem !== undefined && !mayPass(problem) && <ProblemView problem={problem} />}
      <div className="job-tab">
        <h2 className="visually-hidden">{TABS[rest[0] ?? ''] ?? 'Unknown'}</h2>
        <Tab feed={feed} job={job} rest={rest} />
      </div>
    </Page>
  );
}

const TITLE_CHARS = 120;

function titleOf(job: Job): string {
  const line = (job.spec ?? job.plan?.summary ?? `${job.kind} job`).trim().split('\n', 1)[0] ?? '';
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS)}…` : line;
}

function Header({ job, feed }: { job: Job; feed: Feed }) {
  const title = titleOf(job);
  const spec = job.spec?.trim();
  return (
    <header className="job-head">
      <h1>{title}</h1>
      <Actions job={job} take={feed.take} />
      <p className="job-line">
        <StatusBadge status={job.status} />
        {job.verdict !== undefined && job.status !== 'completed' && (
          <span>
            tests <StatusBadge status={job.verdict} />
          </span>
        )}
        {job.fidelity === 'scaffold' && <span className="kept">scaffold</span>}
        <span>{job.kind}</span>
        <span>
          <Time at={job.createdAt} />, {isFinal(job.status) ? 'took' : 'for'} <Duration from={job.createdAt} to={job.finishedAt} />
        </span>
        <span>
          <Money usd={job.usage.costUsd} />
          {job.options.budgetUsd !== undefined && (
            <>
              {' '}
              of <Money usd={job.options.budgetUsd} />
            </>
          )}
        </span>
        {job.basedOn !== undefined && (
          <span>
            {job.replay !== undefined ? 'replays' : job.from !== undefined ? `retries from ${job.from}` : 'changes'} <a href={toJob(job.basedOn)}>another job</a>
          </span>
        )}
        <CopyButton text={job.id} label="Copy id" />
        {!isFinal(job.status) && (
          <span className={feed.isConnected ? 'job-live' : 'job-live job-live-off'} role="status">
            {feed.isConnected ? 'live' : 'reconnecting…'}
          </span>
        )}
      </p>
      {spec !== undefined && spec !== title && (
        <details className="job-spec">
          <summary>The whole specification</summary>
          <ScrolledText name="Specification" text={spec} />
        </details>
      )}
      <p className="visually-hidden" role="status">
        {statusText(job.status)}
      </p>
    </header>
  );
}

/** By what stands in the address. */
const TABS: Readonly<Record<string, string>> = {
  '': 'Overview',
  timeline: 'Timeline',
  plan: 'Plan',
  files: 'Files',
  changes: 'Changes',
  tests: 'Tests',
  calls: 'Model calls',
  events: 'Events',
};

function Tabs({ job, chosen }: { job: Job; chosen: string }) {
  const rounds = job.rounds.filter((round) => round.round > 0).length;
  const marks: Record<string, ReactNode> = {
    plan: job.status === 'awaiting_approval' ? '!' : job.plan?.steps.length,
    files: job.artefacts.length || undefined,
    changes: rounds || undefined,
    tests: job.report?.totals?.failed || undefined,
    calls: job.usage.calls + job.usage.reused || undefined,
    events: job.seq,
  };
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const tab = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (tab && nav.current) {
      nav.current.scrollLeft = tab.offsetLeft - (nav.current.clientWidth - tab.offsetWidth) / 2; // on a narrow screen
    }
  }, [chosen]);
  return (
    <nav className="tabs" aria-label="Of this job" ref={nav}>
      {Object.entries(TABS).map(([name, words]) => (
        <a key={name} href={name === '' ? toJob(job.id) : toJob(job.id, name)} aria-current={name === chosen ? 'page' : undefined}>
          {words}
          {marks[name] !== undefined && <span className={marks[name] === '!' ? 'tab-mark tab-asks' : 'tab-mark'}>{marks[name]}</span>}
        </a>
      ))}
    </nav>
  );
}

function Tab({ feed, job, rest }: { feed: Feed; job: Job; rest: string[] }) {
  const { events } = feed.log;
  const hash = useHash();
  const [name = '', ...more] = rest;
  const isFiles = name === 'files';
  switch (name) {
    case '':
      return <Overview job={job} events={events} />;
    case 'timeline':
      return <TimelineTab job={job} feed={feed} />;
    case 'plan':
      return <PlanView job={job} take={feed.take} refresh={feed.refresh} />;
    case 'files':
      return <FilesView job={job} path={more.join('/')} line={isFiles ? lineIn(hash) : undefined} />;
    case 'changes':
      return <ChangesTab job={job} />;
    case 'tests':
      return <TestsView job={job} events={events} />;
    case 'calls':
      return <CallsTab job={job} task={more[0]} />;
    case 'events':
      return <EventsView events={events} tasks={job.tasks.map((task) => task.id)} isLive={!isFinal(job.status)} />;
    default:
      return (
        <p>
          There is no page <code>{name}</code> of a job. <a href={toJob(job.id)}>Go to its overview.</a>
        </p>
      );
  }
}

function lineIn(hash: string): number | undefined {
  const line = Number(new URLSearchParams(hash.split('?')[1]).get('line'));
  return Number.isInteger(line) && line > 0 ? line : undefined;
}

/** Changes whenever there may be more calls: with each task that ends, and with the job. */
const ended = (job: Job): string => `${job.status} ${job.tasks.filter((task) => task.finishedAt !== undefined).length} ${job.usage.calls}`;

function TimelineTab({ job, feed }: { job: Job; feed: Feed }) {
  const { value, problem } = useFetched<Calls>(`/jobs/${job.id}/calls`, ended(job));
  return (
    <>
      {problem !== undefined && value === undefined && <ProblemView problem={problem} />}
      <Timeline job={job} events={feed.log.events} calls={value?.calls ?? []} />
    </>
  );
}

function CallsTab({ job, task }: { job: Job; task: string | undefined }) {
  const { value, problem } = useFetched<Calls>(`/jobs/${job.id}/calls`, ended(job));
  if (value === undefined) {
    return problem === undefined ? <p aria-busy="true">Reading the calls…</p> : <ProblemView problem={problem} />;
  }
  return <CallsView jobId={job.id} calls={value} task={task} />;
}

function ChangesTab({ job }: { job: Job }) {
  const { value, problem } = useFetched<{ rounds: Round[] }>(`/jobs/${job.id}/rounds`, ended(job));
  if (value === undefined) {
    return problem === undefined ? <p aria-busy="true">Reading the changes…</p> : <ProblemView problem={problem} />;
  }
  return <ChangesView job={job} rounds={value.rounds} />;
}

import { useMemo, useState } from 'react';
import type { Job } from '../api';
import { toJob } from '../route';
import { duration, plural } from '../ui/format';
import { useNow } from '../ui/now';
import { StatusIcon, statusText } from '../ui/StatusBadge';
import { attemptsOf, type Attempt } from './attempts';
import { chainOf, edgesOf, isFinal, type Band, type Cell, type ChainNode, type NodeStatus } from './chain';
import { ErrorBox } from './ErrorBox';
import { parseTaskId, serviceOf } from './taskId';
import type { Told } from './types';

const CELL: Cell = { width: 196, height: 84, gapX: 36, gapY: 14 };

/** What each status is drawn as: the mark of the shared statuses. */
const MARKS: Record<NodeStatus, string> = {
  ahead: 'ahead',
  asked: 'awaiting_approval',
  given: 'completed',
  unreached: 'cancelled',
  scheduled: 'scheduled',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
};

const WORDS: Record<NodeStatus, string> = {
  ahead: 'Still to come',
  asked: 'Waits for you',
  given: 'Given',
  unreached: 'Not reached',
  scheduled: 'Waits for a worker',
  running: 'Running',
  completed: 'Done',
  failed: 'Failed',
};

interface Props {
  job: Job;
  events: readonly Told[];
}

/** The chain as a picture that is a list, too: what a drawing shows by place and lines, each entry says in words. */
export function ChainView({ job, events }: Props) {
  const bands = useMemo(() => chainOf(job), [job]);
  const attempts = useMemo(() => attemptsOf(events), [events]);
  const [chosen, setChosen] = useState<string>();
  return (
    <div className="chain">
      {bands.map((band) => (
        <BandView
          key={band.round}
          job={job}
          band={band}
          attempts={attempts}
          chosen={band.nodes.some((node) => node.id === chosen) ? chosen : undefined}
          choose={(id) => setChosen((now) => (now === id ? undefined : id))}
        />
      ))}
      {!isFinal(job.status) && <Now nodes={bands.flatMap((band) => band.nodes)} attempts={attempts} />}
    </div>
  );
}

/** What is being done now, in full; the nodes have room for the beginning. */
function Now({ nodes, attempts }: { nodes: readonly ChainNode[]; attempts: ReadonlyMap<string, readonly Attempt[]> }) {
  return (
    <ul className="chain-now" aria-label="Now">
      {nodes
        .filter((node) => node.status === 'running')
        .map((node) => (
          <li key={node.id}>
            <strong>{node.title}</strong> <span className="muted">{attempts.get(node.id)?.at(-1)?.progress ?? node.task?.progress ?? 'has begun'}</span>
          </li>
        ))}
    </ul>
  );
}

interface BandProps {
  job: Job;
  band: Band;
  attempts: ReadonlyMap<string, readonly Attempt[]>;
  chosen: string | undefined;
  choose: (id: string) => void;
}

function BandView({ job, band, attempts, chosen, choose }: BandProps) {
  const round = job.rounds.find((each) => each.round === band.round);
  const titles = new Map(band.nodes.map((node) => [node.id, node.title]));
  const node = band.nodes.find((each) => each.id === chosen);
  const width = band.columns * (CELL.width + CELL.gapX) - CELL.gapX;
  const height = band.rows * (CELL.height + CELL.gapY) - CELL.gapY;
  const isKept = job.bestRound === band.round && job.rounds.length > 1 && job.status === 'failed';
  return (
    <section className="band" aria-label={band.label}>
      <h3>
        {band.label}
        {round?.verdict !== undefined && (
          <span className={round.verdict === 'passed' ? 'tone-good' : 'tone-bad'}>
            {round.passed ?? 0} passed, {round.failed ?? 0} failed
          </span>
        )}
        {isKept && <span className="kept">its files are kept</span>}
      </h3>
      <div className="band-scroll">
        <div className="band-area" style={{ width, height }}>
          <svg className="band-lines" width={width} height={height} aria-hidden="true">
            {edgesOf(band, CELL).map((edge) => (
              <path key={`${edge.from} ${edge.to}`} d={edge.path} className={lineLook(band, edge.from)} />
            ))}
          </svg>
          <ol className="band-nodes" style={{ gridTemplateColumns: `repeat(${band.columns}, ${CELL.width}px)`, gridAutoRows: CELL.height, gap: `${CELL.gapY}px ${CELL.gapX}px` }}>
            {band.nodes.map((each) => (
              <li key={each.id} style={{ gridColumn: each.column + 1, gridRow: each.row + 1 }}>
                <NodeView
                  node={each}
                  attempts={attempts.get(each.id) ?? []}
                  after={each.needs.map((need) => titles.get(need) ?? need)}
                  isChosen={each.id === chosen}
                  choose={choose}
                />
              </li>
            ))}
          </ol>
        </div>
      </div>
      {node !== undefined && <TaskDetails job={job} node={node} attempts={attempts.get(node.id) ?? []} />}
    </section>
  );
}

const lineLook = (band: Band, from: string): string => {
  const status = band.nodes.find((node) => node.id === from)?.status;
  return status === 'completed' || status === 'given' ? 'done' : '';
};

const isBad = (node: ChainNode): boolean => node.status === 'failed' || (node.verdict !== undefined && node.verdict !== 'passed');

interface NodeProps {
  node: ChainNode;
  attempts: readonly Attempt[];
  after: string[];
  isChosen: boolean;
  choose: (id: string) => void;
}

function NodeView({ node, attempts, after, isChosen, choose }: NodeProps) {
  const mark = node.status === 'completed' && node.verdict !== undefined ? node.verdict : MARKS[node.status];
  const number = node.task?.attempt ?? 1;
  const look = isBad(node) ? 'bad' : node.status;
  return (
    <button type="button" className={`node node-${look}`} title={node.title} aria-expanded={isChosen} onClick={() => choose(node.id)}>
      <span className="node-title">
        <StatusIcon status={mark} />
        <span className="node-name">{node.title}</span>
        {number > 1 && <span className="node-attempt">attempt {number}</span>}
      </span>
      <span className="node-line">
        <NodeLine node={node} latest={attempts.at(-1)} />
      </span>
      {node.task?.worker !== undefined && (
        <span className="node-worker">
          <span className="visually-hidden">by </span>
          {shortWorker(node.task.worker)}
        </span>
      )}
      {after.length > 0 && <span className="node-after">after {after.join(', ')}</span>}
    </button>
  );
}

/** Such as builder d8f9ad of builder-service-d8f9ad4601f9; a name of another form as it is. */
function shortWorker(worker: string): string {
  const parts = /^([a-z]+)-service-([0-9a-f]{6})[0-9a-f]*$/.exec(worker);
  return parts === null ? worker : `${parts[1]} ${parts[2]}`;
}

function NodeLine({ node, latest }: { node: ChainNode; latest: Attempt | undefined }) {
  const { task } = node;
  if (node.status === 'running') {
    return (
      <>
        {task?.startedAt !== undefined && <Since from={task.startedAt} />}
        {latest?.progress ?? task?.progress ?? WORDS.running}
      </>
    );
  }
  if (node.status === 'completed' && task !== undefined) {
    const took = task.startedAt !== undefined && task.finishedAt !== undefined ? Date.parse(task.finishedAt) - Date.parse(task.startedAt) : undefined;
    return (
      <>
        {node.verdict === undefined ? WORDS.completed : `Tests ${statusText(node.verdict).toLowerCase()}`}
        {took !== undefined && <span className="tabular"> · {duration(took)}</span>}
      </>
    );
  }
  if (node.status === 'failed' && task?.error !== undefined) {
    return <>{task.error.code}</>;
  }
  if (node.id === 'approval' && (node.status === 'completed' || node.status === 'failed')) {
    return <>{node.status === 'completed' ? 'Approved' : 'Rejected'}</>;
  }
  return <>{WORDS[node.status]}</>;
}

function Since({ from }: { from: string }) {
  const now = useNow();
  return <span className="tabular">{duration(Math.max(0, Math.floor((now - Date.parse(from)) / 1000) * 1000))} · </span>;
}

const ENDS: Record<NonNullable<Attempt['end']>, string> = {
  completed: 'completed',
  failed: 'failed',
  released: 'handed back, as its worker stopped',
  superseded: 'lost: its worker was no longer heard of',
};

function TaskDetails({ job, node, attempts }: { job: Job; node: ChainNode; attempts: readonly Attempt[] }) {
  const { task } = node;
  const step = job.plan?.steps.find((each) => node.id === `build:${each.id}` || node.id.startsWith(`build:${each.id}:r`));
  if (task === undefined) {
    return (
      <div className="task-details">
        <p>
          {WORDS[node.status]}
          {step !== undefined && (
            <>
              : <code>{step.files.join(', ')}</code>
            </>
          )}
        </p>
        {node.id === 'approval' && <a href={toJob(job.id, 'plan')}>See the plan</a>}
      </div>
    );
  }
  return (
    <div className="task-details">
      <dl className="facts">
        <Fact name="Task">
          <code>{task.id}</code> for the {serviceOf(task.id) || 'agents'}
        </Fact>
        {step !== undefined && (
          <Fact name="Files">
            <code>{step.files.join(', ')}</code>
          </Fact>
        )}
        {task.usage !== undefined && (
          <Fact name="Model calls">
            <a href={toJob(job.id, 'calls', task.id)}>{plural(task.usage.calls + task.usage.reused, 'call')}</a>, {plural(task.usage.inputTokens, 'token')} in,{' '}
            {plural(task.usage.outputTokens, 'token')} out
          </Fact>
        )}
        {parseTaskId(task.id)?.kind === 'test' && task.status === 'completed' && (
          <Fact name="Result">
            <a href={toJob(job.id, 'tests')}>test report</a>
          </Fact>
        )}
      </dl>
      <ol className="attempts" aria-label="Attempts">
        {(attempts.length > 0 ? attempts : [undefined]).map((attempt, i) => (
          <li key={attempt?.number ?? i}>
            <strong>Attempt {attempt?.number ?? task.attempt}</strong>{' '}
            {(attempt?.worker ?? task.worker) !== undefined ? (
              <>
                by <code>{attempt?.worker ?? task.worker}</code>
              </>
            ) : (
              'waits for a worker'
            )}
            {attempt?.scheduledAt !== undefined && attempt.startedAt !== undefined && attempt.startedAt > attempt.scheduledAt && (
              <>, waited {duration(attempt.startedAt - attempt.scheduledAt)}</>
            )}
            {attempt?.startedAt !== undefined && attempt.endedAt !== undefined && <>, worked {duration(attempt.endedAt - attempt.startedAt)}</>}
            {attempt?.end !== undefined && <>, {ENDS[attempt.end]}</>}
            {attempt?.error !== undefined && task.error === undefined && (
              <>
                {' '}
                (<code>{attempt.error.code}</code>: {attempt.error.message})
              </>
            )}
            {attempt?.progress !== undefined && <span className="muted"> “{attempt.progress}”</span>}
          </li>
        ))}
      </ol>
      {task.error !== undefined && <ErrorBox error={task.error} detail={task.detail} title="This task failed" />}
    </div>
  );
}

export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

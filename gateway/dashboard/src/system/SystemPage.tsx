import { Fragment, useState, type ReactNode } from 'react';
import { toJob } from '../route';
import { EmptyState } from '../ui/EmptyState';
import { Page } from '../ui/Page';
import { ProblemView } from '../ui/ProblemView';
import { StatusIcon, statusText } from '../ui/StatusBadge';
import { count, duration, plural } from '../ui/format';
import { useResource } from '../ui/useResource';
import { Sparkline, remember } from './Sparkline';
import { concerns, serviceName, shortId, type StageView, type SystemView, type WorkerView } from './view';
import './system.css';

const POLL_MILLIS = 2000;
const STATUSES = ['queued', 'in_progress', 'awaiting_approval', 'completed', 'failed', 'cancelled'] as const;
const MOST_SLOTS_DRAWN = 32;

/** Who works, on what, what waits, and what is wrong: asked again every two seconds. */
export function SystemPage() {
  const { data, problem } = useResource<SystemView>('/system', POLL_MILLIS);
  return (
    <Page title="System" className="system">
      <h1>System</h1>
      {data === undefined ? (
        problem === undefined ? (
          <Skeleton />
        ) : problem.status === 0 ? (
          <EmptyState title="The gateway does not answer">What runs is shown here as soon as it does.</EmptyState>
        ) : (
          <ProblemView problem={problem} />
        )
      ) : (
        <Shown system={data} />
      )}
    </Page>
  );
}

function Skeleton() {
  return (
    <div className="stages" aria-busy="true" aria-label="Asking the gateway">
      {[1, 2, 3].map((each) => (
        <div key={each} className="card stage skeleton" />
      ))}
    </div>
  );
}

function Shown({ system }: { system: SystemView }) {
  const wrong = concerns(system);
  const history = useHistory(system);
  return (
    <>
      <section className={`card state ${wrong.length === 0 ? 'tone-good' : 'tone-ask'}`} aria-label="State" aria-live="polite">
        {wrong.length === 0 ? (
          <p>
            <StatusIcon status="completed" /> All well. {summary(system)}
          </p>
        ) : (
          <ul>
            {wrong.map((each) => (
              <li key={each}>
                <StatusIcon status="awaiting_approval" /> <span>{each}</span>
              </li>
            ))}
          </ul>
        )}
      </section>

      <ol className="stages">
        {system.stages.map((stage) => (
          <li key={stage.service}>
            <Stage
              stage={stage}
              waiting={history[stage.service] ?? []}
              workers={system.workers.filter((worker) => worker.service === stage.service)}
            />
          </li>
        ))}
      </ol>

      <Part title="Jobs">
        <ul className="job-counts">
          {STATUSES.map((status) => (
            <li key={status}>
              <a href={`#/jobs?status=${status}`}>
                <StatusIcon status={status} />
                <span>{statusText(status)}</span>
                <strong className="tabular">{count(system.jobs[status])}</strong>
              </a>
            </li>
          ))}
        </ul>
      </Part>

      <Part title={`Workers (${system.workers.length})`}>
        {system.workers.length === 0 ? (
          <EmptyState title="No worker is alive">
            Agents tell of themselves once a second. <code>./nexus up</code> starts one of each; or run the services yourself.
          </EmptyState>
        ) : (
          <ul className="workers">
            {byStage(system).map((worker) => (
              <Worker key={worker.id} worker={worker} />
            ))}
          </ul>
        )}
      </Part>

      <div className="two">
        <Part title={`Gateways (${system.gateways.length})`}>
          <ul className="machines card">
            {system.gateways.map((gateway) => (
              <li key={gateway.id}>
                <code title={gateway.id}>{shortId(gateway.id)}</code>
                <span>
                  {gateway.driving && <Mark>drives</Mark>}
                  {gateway.id === system.gateway.id && <Mark>answers you</Mark>}
                </span>
                <span className="hint">{gateway.version}</span>
              </li>
            ))}
            <li>
              <span>Log</span>
              <span />
              <span className="hint">
                {system.gateway.lag === 0 ? 'read to its end' : `${plural(system.gateway.lag, 'event')} behind`}
              </span>
            </li>
          </ul>
        </Part>
        <Part title={`Brokers (${system.brokers.length})`}>
          <ul className="machines card">
            {system.brokers.map((broker) => (
              <li key={broker.id}>
                <code>
                  {broker.host}:{broker.port}
                </code>
                <span>{broker.controller && <Mark>controller</Mark>}</span>
                <span className="hint">id {broker.id}</span>
              </li>
            ))}
          </ul>
        </Part>
      </div>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const Mark = ({ children }: { children: ReactNode }) => <span className="mark">{children}</span>;

function summary(system: SystemView): string {
  const slots = sum(system.stages, (stage) => stage.slots);
  const running = sum(system.stages, (stage) => stage.running);
  return `${plural(system.workers.length, 'worker')}, ${count(running)} of ${plural(slots, 'slot')} at work.`;
}

const sum = <T,>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

const byStage = (system: SystemView): WorkerView[] =>
  system.stages.flatMap((stage) => system.workers.filter((worker) => worker.service === stage.service));

function Stage({ stage, waiting, workers }: { stage: StageView; waiting: readonly number[]; workers: readonly WorkerView[] }) {
  const share = stage.slots === 0 ? 0 : Math.min(1, stage.running / stage.slots);
  const broken = workers.filter((worker) => worker.problem).length;
  return (
    <article className={`card stage${stage.workers === 0 ? ' without' : ''}`} aria-label={serviceName(stage.service)}>
      <header>
        <h2>{serviceName(stage.service)}</h2>
        <span className="hint">{stage.workers === 0 ? 'no worker' : plural(stage.workers, 'worker')}</span>
      </header>
      <div className="slots-meter" role="meter" aria-label="Slots in use" aria-valuemin={0} aria-valuemax={stage.slots} aria-valuenow={stage.running}>
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <p className="slots tabular">
        <strong>{count(stage.running)}</strong> of {plural(stage.slots, 'slot')} at work
      </p>
      <dl>
        <div>
          <dt>Waiting</dt>
          <dd className="tabular">{count(stage.waiting)}</dd>
        </div>
        <div>
          <dt>Oldest</dt>
          <dd className="tabular">{stage.waiting > 0 ? duration(stage.oldestWaitingMillis ?? 0) : '–'}</dd>
        </div>
        <div>
          <dt>Done in a minute</dt>
          <dd className="tabular">{count(stage.doneLastMinute)}</dd>
        </div>
      </dl>
      <Sparkline values={waiting} />
      <p className="hint">
        {stage.service === 'tester-service' && stage.workers > 0
          ? broken === 0
            ? 'Waiting, last 3 minutes · sandbox self-test passed'
            : `Waiting, last 3 minutes · sandbox fails on ${broken} of ${stage.workers}`
          : 'Waiting, last 3 minutes'}
      </p>
    </article>
  );
}

function Worker({ worker }: { worker: WorkerView }) {
  const busy = worker.tasks.length + worker.hiddenTasks;
  return (
    <li className={`card worker${worker.problem ? ' broken' : ''}`}>
      <header>
        <strong>{serviceName(worker.service)}</strong>
        <code title={worker.id}>{shortId(worker.id)}</code>
        {worker.draining && <Mark>stops</Mark>}
        <span className="hint tabular">seen {worker.seenMillisAgo < 1000 ? 'now' : `${duration(worker.seenMillisAgo)} ago`}</span>
      </header>
      <p className="slot-row" role="img" aria-label={`${busy} of ${worker.slots} slots at work`}>
        {worker.slots <= MOST_SLOTS_DRAWN &&
          Array.from({ length: worker.slots }, (_, slot) => <span key={slot} className={slot < busy ? 'used' : undefined} />)}
        <em className="tabular">
          {busy}/{worker.slots}
        </em>
      </p>
      {worker.problem && <p className="worker-problem">{worker.problem}</p>}
      {worker.tasks.length > 0 && (
        <dl className="worker-tasks">
          {worker.tasks.map((task) => (
            <Fragment key={`${task.jobId} ${task.task} ${task.attempt}`}>
              <dt>
                <a href={toJob(task.jobId)} title={`Job ${task.jobId}`}>
                  {task.task}
                </a>
                {task.attempt > 1 && <span className="hint"> attempt {task.attempt}</span>}
              </dt>
              <dd className="tabular">{duration(Math.floor(task.runningMillis / 100) * 100)}</dd>
            </Fragment>
          ))}
        </dl>
      )}
      {worker.hiddenTasks > 0 && <p className="hint">{plural(worker.hiddenTasks, 'task')} of other tenants</p>}
    </li>
  );
}

/** What waited at each stage, for as long as this page has been open. */
function useHistory(system: SystemView): Record<string, number[]> {
  const [kept, setKept] = useState<{ time: string; waiting: Record<string, number[]> }>({ time: '', waiting: {} });
  if (kept.time !== system.time) {
    const waiting = Object.fromEntries(
      system.stages.map((stage) => [stage.service, remember(kept.waiting[stage.service] ?? [], stage.waiting)]),
    );
    setKept({ time: system.time, waiting });
    return waiting;
  }
  return kept.waiting;
}

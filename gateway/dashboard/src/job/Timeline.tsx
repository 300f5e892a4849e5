import { useMemo } from 'react';
import type { Job } from '../api';
import { duration } from '../ui/format';
import { useNow } from '../ui/now';
import { ganttOf, type Bar, type Gantt } from './gantt';
import { parseTaskId, taskTitle } from './taskId';
import type { Spent, Told } from './types';

interface Props {
  job: Job;
  events: readonly Told[];
  calls: readonly Spent[];
}

const LEGEND: [Bar['kind'], string][] = [
  ['waiting', 'waits for a worker'],
  ['working', 'works'],
  ['model', 'asks a model'],
  ['lost', 'lost or handed back'],
];

/** When each task waited, worked, and asked a model: bars for the eye, numbers in words beside them. */
export function Timeline({ job, events, calls }: Props) {
  const now = useNow();
  const gantt = useMemo(() => ganttOf(job, events, calls, now), [job, events, calls, now]);
  const steps = new Map((job.plan?.steps ?? []).map((step) => [step.id, step.title]));
  const hasLost = gantt.rows.some((row) => row.bars.some((bar) => bar.kind === 'lost'));
  if (gantt.rows.length === 0) {
    return <p className="muted">No task was issued yet.</p>;
  }
  return (
    <div className="timeline">
      <ul className="legend">
        {LEGEND.filter(([kind]) => kind !== 'lost' || hasLost).map(([kind, words]) => (
          <li key={kind}>
            <span className={`bar-key bar-${kind}`} aria-hidden="true" /> {words}
          </li>
        ))}
      </ul>
      <div className="gantt-head" aria-hidden="true">
        <span />
        <div className="gantt-axis">
          {gantt.ticks.map((tick) => (
            <span key={tick.millis} style={{ left: percent(gantt, tick.at) }}>
              {tick.millis === 0 ? '0' : duration(tick.millis)}
            </span>
          ))}
        </div>
        <span className="gantt-numbers">waited · worked · model</span>
      </div>
      <ol className="gantt">
        {gantt.rows.map((row) => {
          const name = parseTaskId(row.task);
          return (
            <li key={row.task}>
              <span className="gantt-name">
                {taskTitle(row.task, steps.get(name?.step ?? ''))}
                {name !== null && name.round > 0 && <span className="muted"> · round {name.round}</span>}
                {row.attempts > 1 && <span className="node-attempt">{row.attempts} attempts</span>}
              </span>
              <div className="gantt-track" aria-hidden="true">
                {gantt.ticks.map((tick) => (
                  <i key={tick.millis} style={{ left: percent(gantt, tick.at) }} />
                ))}
                {row.bars.map((bar, i) => (
                  <b
                    key={i}
                    className={`bar-${bar.kind}${row.isOpen && i === row.bars.length - 1 ? ' bar-open' : ''}`}
                    style={{ left: percent(gantt, bar.from), width: `${((bar.to - bar.from) / (gantt.to - gantt.from)) * 100}%` }}
                  />
                ))}
              </div>
              <span className="gantt-numbers tabular">
                <span className="visually-hidden">waited </span>
                {duration(row.waitingMillis)}
                <span aria-hidden="true"> · </span>
                <span className="visually-hidden">, worked </span>
                {duration(row.workingMillis)}
                <span aria-hidden="true"> · </span>
                <span className="visually-hidden">, asked a model for </span>
                {row.modelMillis > 0 ? duration(row.modelMillis) : '–'}
              </span>
            </li>
          );
        })}
      </ol>
      <p className="muted">
        {duration(gantt.to - gantt.from)} in all. Together the tasks waited {duration(total(gantt, 'waitingMillis'))}, worked{' '}
        {duration(total(gantt, 'workingMillis'))}, and of that asked models for {duration(total(gantt, 'modelMillis'))}.
      </p>
    </div>
  );
}

const percent = (gantt: Gantt, at: number): string => `${((at - gantt.from) / (gantt.to - gantt.from)) * 100}%`;

const total = (gantt: Gantt, field: 'waitingMillis' | 'workingMillis' | 'modelMillis'): number =>
  gantt.rows.reduce((millis, row) => millis + row[field], 0);

import type { Job } from '../api';
import { attemptsOf, type Attempt } from './attempts';
import { isFinal } from './chain';
import type { Spent, Told } from './types';

/** A stretch of time, in milliseconds since 1970. */
export interface Bar {
  kind: 'waiting' | 'working' | 'lost' | 'model';
  from: number;
  to: number;
}

/** A task, with all that it waited and worked. */
export interface GanttRow {
  task: string;
  attempts: number;
  bars: Bar[];
  waitingMillis: number;
  workingMillis: number;
  modelMillis: number;
  isOpen: boolean;
}

export interface Gantt {
  from: number;
  to: number;
  rows: GanttRow[];
  ticks: { at: number; millis: number }[];
}

const TICKS = 6;
const ROUND_MILLIS = [
  ...[1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power]),
  ...[10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800].map((seconds) => seconds * 1000),
];
const DAY_MILLIS = 86_400_000;

/**
 * When each task waited for a worker, when it was worked on, and when a model was asked meanwhile.
 *
 * @param now the broker's time, as far as it is known: where what is under way ends for the moment
 */
export function ganttOf(job: Job, events: readonly Told[], calls: readonly Spent[], now: number): Gantt {
  const end = isFinal(job.status) ? Date.parse(job.finishedAt ?? job.updatedAt) : now;
  const told = attemptsOf(events);
  const rows = job.tasks.map((task): GanttRow => {
    const attempts = told.get(task.id) ?? [fromView(task)];
    const bars = attempts.flatMap((attempt) => barsOf(attempt, end));
    const asked = calls.filter((call) => call.task === task.id).flatMap(modelBar);
    return {
      task: task.id,
      attempts: Math.max(task.attempt, attempts.length),
      bars: [...bars, ...asked],
      waitingMillis: sum(bars, 'waiting'),
      workingMillis: sum(bars, 'working') + sum(bars, 'lost'),
      modelMillis: union(asked),
      isOpen: !isFinal(job.status) && (task.status === 'scheduled' || task.status === 'running'),
    };
  });
  const from = Math.min(Date.parse(job.createdAt), ...rows.flatMap((row) => row.bars.map((bar) => bar.from)));
  const to = Math.max(end, from + 1, ...rows.flatMap((row) => row.bars.map((bar) => bar.to)));
  return { from, to, rows, ticks: ticksBetween(from, to) };
}

function fromView(task: Job['tasks'][number]): Attempt {
  const at = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));
  return {
    task: task.id,
    number: task.attempt,
    scheduledAt: at(task.scheduledAt),
    startedAt: at(task.startedAt),
    endedAt: at(task.finishedAt),
    worker: task.worker,
    end: task.status === 'completed' || task.status === 'failed' ? task.status : undefined,
    error: task.error,
    progress: task.progress,
  };
}

function barsOf(attempt: Attempt, end: number): Bar[] {
  const bars: Bar[] = [];
  const ends = attempt.endedAt ?? end;
  const starts = attempt.startedAt;
  const asked = attempt.scheduledAt;
  // A worker may claim an order before the log tells that it was sent.
  if (asked !== undefined && asked < (starts ?? ends)) {
    bars.push({ kind: 'waiting', from: asked, to: starts ?? ends });
  }
  if (starts !== undefined) {
    const kind = attempt.end === 'superseded' || attempt.end === 'released' ? 'lost' : 'working';
    bars.push({ kind, from: starts, to: Math.max(starts, ends) });
  }
  return bars;
}

function modelBar(call: Spent): Bar[] {
  if (call.recordedAt === undefined || call.durationMillis === undefined) {
    return [];
  }
  const to = Date.parse(call.recordedAt);
  return [{ kind: 'model', from: to - call.durationMillis, to }];
}

const sum = (bars: readonly Bar[], kind: Bar['kind']): number =>
  bars.filter((bar) => bar.kind === kind).reduce((millis, bar) => millis + bar.to - bar.from, 0);

/** How long at least one of them lasts: calls side by side count once. */
function union(bars: readonly Bar[]): number {
  let millis = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const bar of [...bars].sort((one, other) => one.from - other.from)) {
    millis += Math.max(0, bar.to - Math.max(bar.from, reached));
    reached = Math.max(reached, bar.to);
  }
  return millis;
}

/** Round times between two moments, as milliseconds behind the first. */
export function ticksBetween(from: number, to: number): Gantt['ticks'] {
  const span = to - from;
  const step = ROUND_MILLIS.find((each) => span / each <= TICKS) ?? Math.ceil(span / TICKS / DAY_MILLIS) * DAY_MILLIS;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => ({ at: from + i * step, millis: i * step }));
}

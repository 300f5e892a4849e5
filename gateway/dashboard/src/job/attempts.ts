import type { ErrorInfo } from '../api';
import type { Told } from './types';

/** One go at a task, as the events tell of it: detail for people, never what the job's state is read from. */
export interface Attempt {
  task: string;
  number: number;
  scheduledAt: number | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  worker: string | undefined;
  /** How it ended; `superseded`: a later attempt was issued, as its worker was lost. */
  end: 'completed' | 'failed' | 'released' | 'superseded' | undefined;
  error: ErrorInfo | undefined;
  /** What it said last. */
  progress: string | undefined;
}

/** All attempts of all tasks, by task, in the order in which the events first tell of them. */
export function attemptsOf(events: readonly Told[]): Map<string, Attempt[]> {
  const byTask = new Map<string, Attempt[]>();
  for (const event of events) {
    if (event.task !== undefined && event.attempt !== undefined) {
      take(event, event.task, event.attempt, byTask);
    }
  }
  return byTask;
}

function take(event: Told, task: string, number: number, byTask: Map<string, Attempt[]>): void {
  const attempts = byTask.get(task) ?? [];
  byTask.set(task, attempts);
  let attempt = attempts.find((each) => each.number === number);
  if (attempt === undefined) {
    attempt = {
      task,
      number,
      scheduledAt: undefined,
      startedAt: undefined,
      endedAt: undefined,
      worker: undefined,
      end: undefined,
      error: undefined,
      progress: undefined,
    };
    attempts.push(attempt);
  }
  const time = event.time === undefined ? undefined : Date.parse(event.time);
  switch (event.type) {
    case 'task.scheduled':
      attempt.scheduledAt ??= time;
      for (const earlier of attempts) {
        if (earlier.number < number && earlier.end === undefined) {
          earlier.end = 'superseded';
          earlier.endedAt = time;
        }
      }
      break;
    case 'task.started':
      if (attempt.worker === undefined) {
        attempt.worker = event.worker; // the first claim wins
        attempt.startedAt = time;
      }
      break;
    case 'task.progress':
      attempt.progress = event.message;
      break;
    case 'task.released':
      if (attempt.end === undefined) {
        attempt.end = 'released';
        attempt.endedAt = time;
      }
      break;
    case 'task.completed':
    case 'task.failed':
      if (attempt.end === undefined || attempt.end === 'superseded') {
        attempt.end = event.type === 'task.completed' ? 'completed' : 'failed';
        attempt.endedAt = time;
        attempt.error = event.error;
      }
      break;
  }
}

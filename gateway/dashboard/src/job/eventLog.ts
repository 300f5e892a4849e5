import type { Told } from './types';

/** The events of one job that came so far, in order, each once; immutable, so that a page can tell whether it changed. */
export interface EventLog {
  readonly events: readonly Told[];
  readonly lastSeq: number;
}

export const NO_EVENTS: EventLog = { events: [], lastSeq: 0 };

/** With these events behind; what was told before, and what is no event of the job (a snapshot), is left out. */
export function withEvents(log: EventLog, more: readonly Told[]): EventLog {
  let lastSeq = log.lastSeq;
  const fresh = more.filter((event) => {
    if (event.type === 'job.snapshot' || !(event.seq > lastSeq)) {
      return false;
    }
    lastSeq = event.seq;
    return true;
  });
  return fresh.length === 0 ? log : { events: log.events.concat(fresh), lastSeq };
}

/** What a reader wants to see of them. */
export interface EventFilter {
  /** Progress is most of it, and seldom what one looks for. */
  progress: boolean;
  task: string;
  text: string;
}

export function shownEvents(events: readonly Told[], filter: EventFilter): readonly Told[] {
  const wanted = filter.text.trim().toLowerCase();
  if (filter.progress && filter.task === '' && wanted === '') {
    return events;
  }
  return events.filter(
    (event) =>
      (filter.progress || event.type !== 'task.progress') &&
      (filter.task === '' || event.task === filter.task) &&
      (wanted === '' || `${event.type} ${event.task ?? ''} ${summaryOf(event)}`.toLowerCase().includes(wanted)),
  );
}

/** What an event says, in one line. */
export function summaryOf(event: Told): string {
  switch (event.type) {
    case 'job.accepted':
      return `${event.kind ?? 'job'} accepted`;
    case 'task.scheduled':
      return (event.attempt ?? 1) > 1 ? `issued again, attempt ${event.attempt}` : 'issued';
    case 'task.started':
      return `taken by ${event.worker ?? 'a worker'}`;
    case 'task.progress':
      return event.message ?? '';
    case 'task.released':
      return `handed back by ${event.worker ?? 'its worker'}`;
    case 'task.completed':
      return outcomeOf(event);
    case 'task.failed':
    case 'job.failed':
    case 'job.rejected':
      return event.error === undefined ? 'failed' : `${event.error.code}: ${event.error.message}`;
    case 'plan.approved':
      return event['plan'] === undefined ? 'the plan was approved' : 'the plan was approved, edited';
    case 'plan.rejected':
      return event.reason ? `the plan was rejected: ${event.reason}` : 'the plan was rejected';
    case 'job.cancel_requested':
      return event.reason ? `to be cancelled: ${event.reason}` : 'to be cancelled';
    case 'job.completed':
      return event.verdict === undefined ? 'completed' : `completed, tests ${event.verdict}`;
    case 'job.cancelled':
      return 'cancelled';
    case 'job.deleted':
      return 'deleted';
    default:
      return 'of a type that this page does not know';
  }
}

function outcomeOf(event: Told): string {
  const outcome = event.outcome;
  switch (outcome?.type) {
    case 'plan': {
      const steps = outcome.plan?.steps.length ?? 0;
      return `a plan of ${steps} ${steps === 1 ? 'step' : 'steps'}${outcome.cached ? ', from the cache' : ''}`;
    }
    case 'files': {
      const files = (outcome.files ?? []).map((file) => file.path).join(', ');
      const replaced = outcome.replaced?.length ?? 0;
      return replaced > 0 ? `${replaced} of the tests taken back; ${files}` : files || 'no file changed';
    }
    case 'report': {
      const totals = outcome.report?.totals;
      const failed = (totals?.failed ?? 0) + (totals?.error ?? 0);
      return totals === undefined
        ? `tests ${outcome.report?.verdict ?? 'run'}`
        : `tests ${outcome.report?.verdict ?? 'run'}: ${totals.passed} passed, ${failed} failed`;
    }
    default:
      return 'completed';
  }
}

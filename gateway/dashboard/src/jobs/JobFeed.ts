import { ApiError, type Job, type JobEvent, type Problem } from '../api';
import { problemFrom } from '../ui/ProblemView';
import {
  NOTHING, pathOf, takes, withJob, withNewest, withOlder, without, type Filter, type JobPage, type JobSummary, type Known,
} from './list';

/** What the feed needs of the gateway. */
export interface Gateway {
  page(path: string, signal: AbortSignal): Promise<JobPage>;
  job(id: string, signal: AbortSignal): Promise<Job>;
}

export interface Shown {
  known: Known;
  /** Nothing came yet. */
  first: boolean;
  loadingOlder: boolean;
  problem: Problem | undefined;
  /** What open jobs do now, by id. */
  doing: ReadonlyMap<string, string>;
}

const PAGE = 100;
/** From an event to the request that it causes: what comes meanwhile is asked for together. */
const GATHER_MILLIS = 400;
const AGAIN_MILLIS = 4000;
/** Jobs far down the list are asked for one by one; if there are more, the list begins anew. */
const MOST_SINGLE = 12;

/** These change how a job stands in the list; the others tell only what it does. */
const QUIET = new Set(['task.progress', 'task.released', 'job.rejected']);

/**
 * A live list: events say which jobs have changed, and the gateway is asked how they are now. What a job's events mean is
 * for the gateway alone to say.
 */
export class JobFeed {
  private shown: Shown = { known: NOTHING, first: true, loadingOlder: false, problem: undefined, doing: new Map() };
  private ended = new AbortController();
  private readonly changed = new Set<string>();
  private fresh = 0;
  private reset = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly filter: Filter,
    private readonly gateway: Gateway,
  ) {}

  /** It can be begun again after its end. */
  begin() {
    this.ended = new AbortController();
    this.asking = false;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): Shown => this.shown;

  private show(part: Partial<Shown>) {
    this.shown = { ...this.shown, ...part };
    this.listeners.forEach((listener) => listener());
  }

  /** Asks for everything that is newest; at first, and whenever events may have been missed. */
  readonly refresh = () => {
    this.reset = true;
    this.soon(0);
  };

  event(event: JobEvent) {
    if (event.type === 'events.reset') {
      this.refresh();
      return;
    }
    const text = doing(event);
    if (text !== undefined) {
      const doing = new Map(this.shown.doing);
      if (text === '') {
        doing.delete(event.jobId);
      } else {
        doing.set(event.jobId, text);
      }
      this.show({ doing });
    }
    if (QUIET.has(event.type)) {
      return;
    }
    if (event.type === 'job.accepted') {
      this.fresh++;
    }
    this.changed.add(event.jobId);
    this.soon(GATHER_MILLIS);
  }

  private soon(millis: number) {
    if (this.timer === undefined && !this.asking && !this.ended.signal.aborted) {
      this.timer = setTimeout(() => void this.ask(), millis);
    }
  }

  private async ask() {
    this.timer = undefined;
    this.asking = true;
    const { signal } = this.ended;
    const all = this.reset;
    const ids = [...this.changed];
    const fresh = this.fresh;
    this.reset = false;
    this.changed.clear();
    this.fresh = 0;
    let failed = false;
    try {
      await this.update(all, ids, fresh, signal);
    } catch (failure) {
      failed = true;
      this.reset = true; // what was missed is in the answer to the next question
      if (!signal.aborted) {
        this.show({ problem: problemFrom(failure) });
      }
    }
    if (signal.aborted) {
      return;
    }
    this.asking = false;
    if (failed) {
      this.soon(AGAIN_MILLIS);
      return;
    }
    this.show({ problem: undefined, first: false });
    if (this.reset || this.changed.size > 0) {
      this.soon(GATHER_MILLIS);
    }
  }

  private async update(all: boolean, ids: string[], fresh: number, signal: AbortSignal) {
    const places = new Map(this.shown.known.jobs.map((job, i) => [job.id, i]));
    const near = ids.map((id) => places.get(id)).filter((place) => place !== undefined && place < PAGE) as number[];
    const newest = all ? PAGE : fresh + near.length === 0 ? 0 : Math.min(PAGE, Math.max(-1, ...near) + fresh + 10);
    const told = new Set<string>();
    if (newest > 0) {
      near.forEach((place) => told.add(this.shown.known.jobs[place]?.id ?? ''));
      const page = await this.gateway.page(pathOf(this.filter, newest), signal);
      page.jobs.forEach((job) => told.add(job.id));
      this.show({ known: withNewest(this.shown.known, page) });
    }
    const filtered = this.filter.status !== undefined || this.filter.kind !== undefined;
    const single = ids.filter((id) => !told.has(id) && (places.has(id) || filtered));
    if (single.length > MOST_SINGLE) {
      const page = await this.gateway.page(pathOf(this.filter, PAGE), signal);
      this.show({ known: { jobs: page.jobs, next: page.next } });
      return;
    }
    for (const id of single) {
      await this.one(id, signal);
    }
  }

  private async one(id: string, signal: AbortSignal) {
    let job: JobSummary;
    try {
      job = summary(await this.gateway.job(id, signal), this.shown.known);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 404) {
        this.show({ known: without(this.shown.known, id) }); // it was deleted
        return;
      }
      throw failure;
    }
    this.show({ known: takes(this.filter, job) ? withJob(this.shown.known, job) : without(this.shown.known, id) });
  }

  /** The next page, if there is one and it is not on its way. */
  readonly older = async () => {
    const next = this.shown.known.next;
    if (next === undefined || this.shown.loadingOlder) {
      return;
    }
    const { signal } = this.ended;
    this.show({ loadingOlder: true });
    try {
      const page = await this.gateway.page(next, signal);
      // The list may have begun anew meanwhile: then this is no page of it.
      this.show({
        known: this.shown.known.next === next ? withOlder(this.shown.known, page) : this.shown.known,
        loadingOlder: false,
        problem: undefined,
      });
    } catch (failure) {
      this.show({ loadingOlder: false, ...(!signal.aborted && { problem: problemFrom(failure) }) });
    }
  };

  end() {
    this.ended.abort();
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

const TITLE = 100;

function summary(job: Job, known: Known): JobSummary {
  const line = job.spec?.trim().split(/\r\n|\n|\r/, 1)[0] ?? '';
  const title = known.jobs.find((each) => each.id === job.id)?.title ?? (line.length <= TITLE ? line : `${line.slice(0, TITLE)}…`);
  const { id, kind, status, fidelity, createdAt, updatedAt } = job;
  return { id, kind, status, fidelity, title, createdAt, updatedAt };
}

/** What a job does now, in a few words; empty if it does nothing any more, absent if the event says nothing of that. */
function doing(event: JobEvent): string | undefined {
  const task = typeof event['task'] === 'string' ? event['task'] : '';
  switch (event.type) {
    case 'task.started':
      return `${task} started`;
    case 'task.progress':
      return typeof event['message'] === 'string' ? `${task}: ${event['message']}` : undefined;
    case 'task.completed':
      return `${task} done`;
    case 'job.completed':
    case 'job.failed':
    case 'job.cancelled':
    case 'job.deleted':
      return '';
    default:
      return undefined;
  }
}

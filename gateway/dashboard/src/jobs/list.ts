import type { JobKind, JobStatus } from '../api';

/** A job as lists show it. */
export interface JobSummary {
  id: string;
  kind: JobKind;
  status: JobStatus;
  fidelity: 'implementation' | 'scaffold';
  title: string;
  createdAt: string;
  updatedAt: string;
}

/** A part of the list; `next` leads to older ones. */
export interface JobPage {
  jobs: JobSummary[];
  next?: string;
}

/** What is known of a list, newest first. */
export interface Known {
  jobs: readonly JobSummary[];
  next: string | undefined;
}

export const NOTHING: Known = { jobs: [], next: undefined };

/** The gateway's order. */
function newestFirst(a: JobSummary, b: JobSummary): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** Jobs at the end of what is known: the next page. */
export function withOlder(known: Known, page: JobPage): Known {
  const ids = new Set(known.jobs.map((job) => job.id));
  return { jobs: [...known.jobs, ...page.jobs.filter((job) => !ids.has(job.id))], next: page.next };
}

/**
 * The newest jobs, asked again. Within its reach the page is right: what it does not show is gone, or is not as the filter
 * wants it any more. What is older stays as it is known. If the page does not reach what is known, jobs between may be
 * missing, so that the list begins anew.
 */
export function withNewest(known: Known, page: JobPage): Known {
  const last = page.jobs.at(-1);
  if (page.next === undefined || last === undefined) {
    return { jobs: page.jobs, next: page.next };
  }
  const first = known.jobs[0];
  if (first !== undefined && newestFirst(last, first) < 0) {
    return { jobs: page.jobs, next: page.next };
  }
  const ids = new Set(page.jobs.map((job) => job.id));
  const older = known.jobs.filter((job) => newestFirst(job, last) > 0 && !ids.has(job.id));
  return older.length === 0 ? { jobs: page.jobs, next: page.next } : { jobs: [...page.jobs, ...older], next: known.next };
}

/** One job as it is now; where it belongs if it was not known. What is beyond the end of the list is not taken up. */
export function withJob(known: Known, job: JobSummary): Known {
  const at = known.jobs.findIndex((each) => each.id === job.id);
  if (at >= 0) {
    return { ...known, jobs: known.jobs.with(at, job) };
  }
  const before = known.jobs.findIndex((each) => newestFirst(job, each) < 0);
  if (before < 0) {
    return known.next === undefined ? { ...known, jobs: [...known.jobs, job] } : known;
  }
  return { ...known, jobs: known.jobs.toSpliced(before, 0, job) };
}

export const without = (known: Known, id: string): Known => ({
  ...known,
  jobs: known.jobs.filter((job) => job.id !== id),
});

/** What of a list is shown. */
export interface Filter {
  status: JobStatus | undefined;
  kind: JobKind | undefined;
  /** In the title or the id, letter case aside. */
  text: string;
}

const STATUSES: readonly JobStatus[] = ['queued', 'in_progress', 'awaiting_approval', 'completed', 'failed', 'cancelled'];
const KINDS: readonly JobKind[] = ['pipeline', 'plan', 'build', 'test'];

/** The filter that stands in the address; what makes no sense there is left out. */
export function filterOf(query: URLSearchParams): Filter {
  return {
    status: STATUSES.find((status) => status === query.get('status')),
    kind: KINDS.find((kind) => kind === query.get('kind')),
    text: query.get('q') ?? '',
  };
}

/** The address of a filter. */
export function hashOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.status !== undefined) {
    query.set('status', filter.status);
  }
  if (filter.kind !== undefined) {
    query.set('kind', filter.kind);
  }
  if (filter.text !== '') {
    query.set('q', filter.text);
  }
  return query.size === 0 ? '#/jobs' : `#/jobs?${query}`;
}

/** The part that the gateway filters by, as a path. */
export function pathOf(filter: Filter, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (filter.status !== undefined) {
    query.set('status', filter.status);
  }
  if (filter.kind !== undefined) {
    query.set('kind', filter.kind);
  }
  return `/jobs?${query}`;
}

export const takes = (filter: Filter, job: JobSummary): boolean =>
  (filter.status === undefined || filter.status === job.status) && (filter.kind === undefined || filter.kind === job.kind);

/** Those whose title or id holds the text. */
export function matching(jobs: readonly JobSummary[], text: string): readonly JobSummary[] {
  const wanted = text.trim().toLowerCase();
  return wanted === ''
    ? jobs
    : jobs.filter((job) => job.title.toLowerCase().includes(wanted) || job.id.includes(wanted));
}

export { KINDS, STATUSES };

import { describe, expect, it } from 'vitest';
import {
  NOTHING, filterOf, hashOf, matching, pathOf, withJob, withNewest, withOlder, without, type JobSummary, type Known,
} from './list';

/** Job `i` was created at second `i`. */
export const job = (i: number, more: Partial<JobSummary> = {}): JobSummary => ({
  id: `job-${String(i).padStart(4, '0')}`,
  kind: 'pipeline',
  status: 'completed',
  fidelity: 'implementation',
  title: `Job ${i}`,
  createdAt: new Date(i * 1000).toISOString(),
  updatedAt: new Date(i * 1000).toISOString(),
  ...more,
});
const jobs = (...all: number[]) => all.map((i) => job(i));
const ids = (known: Known) => known.jobs.map((each) => Number(each.id.slice(4)));

describe('the list of jobs', () => {
  const known: Known = { jobs: jobs(9, 8, 7, 6, 5, 4), next: '/older' };

  it('takes up new jobs and keeps what is older than the page', () => {
    const now = withNewest(known, { jobs: jobs(11, 10, 9, 8), next: '/p' });

    expect(ids(now)).toEqual([11, 10, 9, 8, 7, 6, 5, 4]);
    expect(now.next).toBe('/older');
  });

  it('drops what the page does not show where it should', () => {
    const now = withNewest(known, { jobs: jobs(9, 7), next: '/p' });

    expect(ids(now)).toEqual([9, 7, 6, 5, 4]);
  });

  it('begins anew if so many jobs are new that some may lie between', () => {
    const now = withNewest(known, { jobs: jobs(20, 19), next: '/p' });

    expect(ids(now)).toEqual([20, 19]);
    expect(now.next).toBe('/p');
  });

  it('is what the only page says', () => {
    expect(ids(withNewest(known, { jobs: jobs(9) }))).toEqual([9]);
    expect(withNewest(known, { jobs: [] })).toEqual(NOTHING);
  });

  it('tells jobs of the same moment apart as the gateway does', () => {
    const twins = [job(2, { id: 'b' }), job(2, { id: 'a' })];

    const now = withNewest({ jobs: twins, next: '/x' }, { jobs: [job(2, { id: 'c' }), job(2, { id: 'b' })], next: '/p' });

    expect(now.jobs.map((each) => each.id)).toEqual(['c', 'b', 'a']);
  });

  it('shows no job twice when an older page comes', () => {
    expect(ids(withOlder(known, { jobs: jobs(4, 3, 2) }))).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('puts a single job where it belongs, and none beyond its end', () => {
    expect(withJob(known, job(7, { status: 'failed' })).jobs[2]?.status).toBe('failed');
    const sparse: Known = { jobs: jobs(9, 5), next: '/x' };
    expect(ids(withJob(sparse, job(7)))).toEqual([9, 7, 5]);
    expect(ids(withJob(sparse, job(1)))).toEqual([9, 5]);
    expect(ids(withJob({ ...sparse, next: undefined }, job(1)))).toEqual([9, 5, 1]);
    expect(ids(without(known, 'job-0008'))).toEqual([9, 7, 6, 5, 4]);
  });

  it('is filtered by what stands in the address', () => {
    const filter = filterOf(new URLSearchParams('status=failed&kind=plan&q=ro%20man'));

    expect(filter).toEqual({ status: 'failed', kind: 'plan', text: 'ro man' });
    expect(hashOf(filter)).toBe('#/jobs?status=failed&kind=plan&q=ro+man');
    expect(pathOf(filter, 20)).toBe('/jobs?limit=20&status=failed&kind=plan');
    expect(hashOf(filterOf(new URLSearchParams('status=nonsense&kind=1')))).toBe('#/jobs');
  });

  it('is searched by title and id, letter case aside', () => {
    const all = [job(1, { title: 'Größe' }), job(2, { title: 'other' })];

    expect(matching(all, ' GRÖSSE ')).toEqual([]);
    expect(matching(all, 'GRÖ')).toEqual([all[0]]);
    expect(matching(all, '0002')).toEqual([all[1]]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type Job, type JobStatus } from '../api';
import { JobFeed } from './JobFeed';
import type { Filter, JobPage, JobSummary } from './list';

const job = (i: number, status: JobStatus = 'in_progress'): JobSummary => ({
  id: `j${i}`, kind: 'pipeline', status, fidelity: 'implementation', title: `Job ${i}`,
  createdAt: new Date(i * 1000).toISOString(), updatedAt: new Date(i * 1000).toISOString(),
});
const ALL: Filter = { status: undefined, kind: undefined, text: '' };

describe('a live list', () => {
  let there: JobSummary[] = [];
  let asked: string[] = [];
  let away = false;
  const gateway = {
    page: async (path: string): Promise<JobPage> => {
      asked.push(path);
      if (away) {
        throw new ApiError({ type: '', title: 'away', status: 503, code: 'unavailable' });
      }
      const query = new URLSearchParams(path.split('?')[1]);
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit'));
      const found = there.filter((each) => query.get('status') === null || each.status === query.get('status'));
      return {
        jobs: found.slice(from, from + limit),
        ...(found.length > from + limit && { next: `/jobs?limit=${limit}&cursor=${from + limit}` }),
      };
    },
    job: async (id: string): Promise<Job> => {
      asked.push(id);
      const found = there.find((each) => each.id === id);
      if (found === undefined) {
        throw new ApiError({ type: '', title: 'gone', status: 404, code: 'not_found' });
      }
      return { ...found, spec: found.title } as unknown as Job;
    },
  };
  const begun = async (filter = ALL) => {
    const feed = new JobFeed(filter, gateway);
    feed.begin();
    feed.refresh();
    await vi.advanceTimersByTimeAsync(10);
    asked = [];
    return feed;
  };
  const shown = (feed: JobFeed) => feed.get().known.jobs.map((each) => `${each.id} ${each.status}`);

  beforeEach(() => {
    vi.useFakeTimers();
    there = [job(3), job(2), job(1, 'completed')];
    asked = [];
    away = false;
  });
  afterEach(() => vi.useRealTimers());

  it('asks once for what many events tell', async () => {
    const feed = await begun();
    there = [job(5), job(4), job(3, 'completed'), job(2), job(1, 'completed')];
    for (const [type, id] of [['job.accepted', 'j4'], ['job.accepted', 'j5'], ['job.completed', 'j3'], ['task.started', 'j4']]) {
      feed.event({ type: type ?? '', jobId: id ?? '', seq: 1 });
    }

    await vi.advanceTimersByTimeAsync(1000);

    expect(asked).toHaveLength(1);
    expect(shown(feed)).toEqual(['j5 in_progress', 'j4 in_progress', 'j3 completed', 'j2 in_progress', 'j1 completed']);
  });

  it('asks nothing for progress, and shows it', async () => {
    const feed = await begun();

    feed.event({ type: 'task.progress', jobId: 'j3', seq: 1, task: 'plan', message: 'thinking' });
    await vi.advanceTimersByTimeAsync(1000);

    expect(asked).toEqual([]);
    expect(feed.get().doing.get('j3')).toBe('plan: thinking');
  });

  it('takes a status from the gateway alone, whatever events say', async () => {
    const feed = await begun();

    feed.event({ type: 'job.completed', jobId: 'j3', seq: 1 }); // the gateway that is asked has not read it yet
    await vi.advanceTimersByTimeAsync(1000);

    expect(shown(feed)[0]).toBe('j3 in_progress');
  });

  it('shows no longer what the filter does not take, and takes up what it now does', async () => {
    const feed = await begun({ ...ALL, status: 'in_progress' });
    there = [job(3, 'failed'), job(2), job(1)];
    feed.event({ type: 'job.failed', jobId: 'j3', seq: 1 });
    feed.event({ type: 'task.started', jobId: 'j1', seq: 1 });

    await vi.advanceTimersByTimeAsync(1000);

    expect(shown(feed)).toEqual(['j2 in_progress', 'j1 in_progress']);
  });

  it('asks for a job far down by itself, and drops a deleted one', async () => {
    there = Array.from({ length: 250 }, (_, i) => job(250 - i));
    const feed = await begun();
    await feed.older();
    await feed.older();
    asked = [];
    there = there.filter((each) => each.id !== 'j2').map((each) => (each.id === 'j20' ? { ...each, status: 'failed' as const } : each));
    feed.event({ type: 'job.failed', jobId: 'j20', seq: 1 });
    feed.event({ type: 'job.deleted', jobId: 'j2', seq: 1 });

    await vi.advanceTimersByTimeAsync(1000);

    expect(asked).toEqual(['j20', 'j2']);
    expect(feed.get().known.jobs).toHaveLength(249);
    expect(feed.get().known.jobs.find((each) => each.id === 'j20')?.status).toBe('failed');
  });

  it('asks for everything again after a failure, and keeps what it shows until then', async () => {
    const feed = await begun();
    away = true;
    feed.event({ type: 'job.failed', jobId: 'j3', seq: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(feed.get().problem?.code).toBe('unavailable');
    expect(feed.get().known.jobs).toHaveLength(3);

    away = false;
    there = [job(9), ...there];
    await vi.advanceTimersByTimeAsync(5000);

    expect(feed.get().problem).toBeUndefined();
    expect(feed.get().known.jobs[0]?.id).toBe('j9');
  });

  it('asks for everything again when events may have been missed', async () => {
    const feed = await begun();
    there = [job(8), ...there];

    feed.event({ type: 'events.reset', jobId: '', seq: 0 });
    await vi.advanceTimersByTimeAsync(10);

    expect(feed.get().known.jobs[0]?.id).toBe('j8');
  });
});

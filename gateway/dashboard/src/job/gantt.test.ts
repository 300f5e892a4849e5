import { describe, expect, it } from 'vitest';
import { attemptsOf } from './attempts';
import { approval, bank, easter } from './fixtures';
import { ganttOf, ticksBetween } from './gantt';
import type { Told } from './types';

const START = Date.parse('2026-11-29T10:00:00.000Z');

let seq = 0;
const told = (seconds: number, type: string, more: Partial<Told> = {}): Told => ({
  type,
  jobId: bank.job.id,
  seq: ++seq,
  time: new Date(START + seconds * 1000).toISOString(),
  task: 'plan',
  attempt: 1,
  ...more,
});

const lost = [
  told(0, 'task.scheduled'),
  told(1, 'task.started', { worker: 'w1' }),
  told(9, 'task.scheduled', { attempt: 2 }),
  told(10, 'task.started', { attempt: 2, worker: 'w2' }),
  told(10, 'task.started', { attempt: 2, worker: 'w3' }),
  told(14, 'task.completed', { attempt: 2, worker: 'w2' }),
];

const planned = {
  ...bank.job,
  createdAt: new Date(START).toISOString(),
  finishedAt: new Date(START + 14_000).toISOString(),
  tasks: [{ id: 'plan', status: 'completed', attempt: 2, scheduledAt: new Date(START).toISOString() }],
};

const bars = (gantt: ReturnType<typeof ganttOf>) =>
  gantt.rows.flatMap((row) => row.bars.map((bar) => `${bar.kind} ${(bar.from - START) / 1000}–${(bar.to - START) / 1000}`));

describe('attempts', () => {
  it('of a lost worker end when the next one is issued, and the first claim wins', () => {
    expect(attemptsOf(lost).get('plan')?.map((each) => [each.number, each.worker, each.end])).toEqual([
      [1, 'w1', 'superseded'],
      [2, 'w2', 'completed'],
    ]);
  });

  it('that was given up may complete all the same', () => {
    const late = [...lost.slice(0, 3), told(12, 'task.completed', { attempt: 1 })];

    expect(attemptsOf(late).get('plan')?.[0]?.end).toBe('completed');
  });

  it('are the same from a system that ran: each task of the job, one attempt', () => {
    expect([...attemptsOf(easter.events).values()].map((each) => each.map((attempt) => attempt.end))).toEqual(
      easter.job.tasks.map(() => ['completed']),
    );
  });
});

describe('the timeline', () => {
  it('tells waiting, work that was lost, and work', () => {
    expect(bars(ganttOf(planned, lost, [], 0))).toEqual(['waiting 0–1', 'lost 1–9', 'waiting 9–10', 'working 10–14']);
  });

  it('goes on to now where a task is under way', () => {
    const open = { ...planned, status: 'in_progress' as const };

    expect(bars(ganttOf(open, lost.slice(0, 2), [], START + 5000))).toEqual(['waiting 0–1', 'working 1–5']);
  });

  it('shows calls where they were made; side by side they count once', () => {
    const call = (endsAt: number, seconds: number) => ({
      type: 'model.call',
      task: 'plan',
      attempt: 1,
      ordinal: 1,
      model: 'm',
      usage: bank.job.usage,
      recordedAt: new Date(START + endsAt * 1000).toISOString(),
      durationMillis: seconds * 1000,
    });
    const gantt = ganttOf(planned, lost, [call(12, 2), call(13, 2)], 0);

    expect(bars(gantt).slice(-2)).toEqual(['model 10–12', 'model 11–13']);
    expect(gantt.rows[0]).toMatchObject({ waitingMillis: 2000, workingMillis: 12_000, modelMillis: 3000, attempts: 2 });
  });

  it('can be drawn from the job alone, while no events are there', () => {
    const gantt = ganttOf(bank.job, [], [], 0);

    expect(gantt.rows.map((row) => row.task)).toEqual(bank.job.tasks.map((task) => task.id));
    expect(gantt.rows[0]).toMatchObject({ waitingMillis: 23, workingMillis: 937, modelMillis: 0 });
  });

  it('of a job that ran has each bar between its ends, and model time within the work', () => {
    const gantt = ganttOf(bank.job, bank.events, bank.calls.calls, 0);

    for (const row of gantt.rows) {
      expect(row.bars.every((bar) => gantt.from <= bar.from && bar.from <= bar.to && bar.to <= gantt.to)).toBe(true);
      expect(row.modelMillis).toBeLessThanOrEqual(row.workingMillis);
    }
    expect(gantt.rows.filter((row) => row.modelMillis > 0).length).toBe(bank.calls.calls.length);
  });

  it('of a task that no worker has taken waits', () => {
    const job = { ...approval.job, tasks: [{ id: 'plan', status: 'scheduled', attempt: 1, scheduledAt: approval.job.createdAt }] };

    expect(ganttOf(job, [], [], Date.parse(job.createdAt) + 3000).rows[0]).toMatchObject({ waitingMillis: 3000, isOpen: true });
  });
});

describe('ticks', () => {
  it.each([
    [18, [0, 5, 10, 15]],
    [700, [0, 200, 400, 600]],
    [10_000, [0, 2000, 4000, 6000, 8000, 10_000]],
    [240_000, [0, 60_000, 120_000, 180_000, 240_000]],
    [3_000_000, [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000]],
  ])('over %d ms are round', (span, millis) => {
    expect(ticksBetween(START, START + span).map((tick) => tick.millis)).toEqual(millis);
  });
});

import { render, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { gatewayOf, json, problem } from '../test/gateway';
import { SystemPage } from './SystemPage';
import { concerns, shortId, type SystemView } from './view';

const WELL: SystemView = {
  time: '2026-11-29T10:00:00.000Z',
  gateway: { id: 'gateway-1a2b', version: '0.1.0', driving: true, ready: true, lag: 0, trouble: null, refusesJobs: null },
  brokers: [{ id: 1, host: '127.0.0.1', port: 9092, controller: true }],
  jobs: { queued: 0, in_progress: 2, awaiting_approval: 1, completed: 10, failed: 1, cancelled: 0 },
  stages: [
    { service: 'planner-service', workers: 1, slots: 4, running: 2, waiting: 3, oldestWaitingMillis: 1200, doneLastMinute: 5 },
    { service: 'builder-service', workers: 1, slots: 4, running: 1, waiting: 0, doneLastMinute: 0 },
    { service: 'tester-service', workers: 1, slots: 4, running: 0, waiting: 0, oldestWaitingMillis: null, doneLastMinute: 0 },
  ],
  workers: [
    { id: 'planner-service-aa', service: 'planner-service', version: '0.1.0', slots: 4, seenMillisAgo: 300, draining: false, tasks: [], hiddenTasks: 2 },
    {
      id: 'builder-service-bb', service: 'builder-service', version: '0.1.0', slots: 4, seenMillisAgo: 2300, draining: true,
      tasks: [{ jobId: 'j1', task: 'build:core', attempt: 2, runningMillis: 812 }], hiddenTasks: 0,
    },
    { id: 'tester-service-cc', service: 'tester-service', version: '0.1.0', slots: 4, seenMillisAgo: 300, draining: false, tasks: [], hiddenTasks: 0 },
  ],
  gateways: [{ id: 'gateway-1a2b', version: '0.1.0', driving: true, seenMillisAgo: 200 }],
};

describe('the page of the system', () => {
  it('shows stages, workers with what they have in hand, gateways and brokers', async () => {
    gatewayOf({ 'GET /system': () => json(WELL) });

    render(<SystemPage />);

    const planner = await screen.findByRole('article', { name: 'Planner' });
    expect(within(planner).getByRole('meter').getAttribute('aria-valuenow')).toBe('2');
    expect(planner.textContent).toContain('1.2 s');
    expect(screen.getByRole('link', { name: 'build:core' }).getAttribute('href')).toBe('#/jobs/j1');
    expect(screen.getByRole('img', { name: '2 of 4 slots at work' })).toBeTruthy();
    expect(screen.getByText('2 tasks of other tenants')).toBeTruthy();
    expect(screen.getByText('127.0.0.1:9092')).toBeTruthy();
    expect(screen.getByRole('link', { name: /Completed 10/ }).getAttribute('href')).toBe('#/jobs?status=completed');
    expect(screen.getByLabelText('State').textContent).toContain('All well. 3 workers, 3 of 12 slots at work.');
    expect(screen.getByRole('article', { name: 'Tester' }).textContent).toContain('sandbox self-test passed');
  });

  it('says why it shows nothing', async () => {
    gatewayOf({ 'GET /system': () => problem(403, 'forbidden') });

    render(<SystemPage />);

    expect((await screen.findByRole('alert')).textContent).toContain('it is forbidden');
  });
});

describe('what an operator should look at', () => {
  it('is nothing while all is well', () => {
    expect(concerns(WELL)).toEqual([]);
  });

  it('is everything that keeps jobs from going on, with what to do', () => {
    const bad: SystemView = {
      ...WELL,
      gateway: { ...WELL.gateway, driving: false, lag: 5000, trouble: 'it cannot read', refusesJobs: 'the disk is full' },
      gateways: [],
      stages: [
        { ...stage(0), workers: 0 },
        { ...stage(1), oldestWaitingMillis: 61_000 },
        { ...stage(2), workers: 0, waiting: 0 },
      ],
      workers: [{ ...(WELL.workers[2] as SystemView['workers'][number]), problem: 'bubblewrap is missing' }],
    };

    expect(concerns(bad)).toEqual([
      'The gateway: it cannot read',
      'No new jobs are taken: the disk is full',
      'No gateway drives: jobs are taken, and do not go on until one does.',
      'Planner: no worker is alive. 3 tasks wait; start planner-service.',
      'Builder: a task has waited for more than a minute; more workers would help.',
      'Tester: no worker is alive. Start tester-service.',
      'Tester cc: bubblewrap is missing',
      'This gateway is 5000 events behind the log: what it shows is old.',
    ]);
  });

  it('names processes by what tells them apart', () => {
    expect([shortId('planner-service-ba518653889a'), shortId('x')]).toEqual(['ba518653889a', 'x']);
  });
});

const stage = (i: number) => WELL.stages[i] as SystemView['stages'][number];

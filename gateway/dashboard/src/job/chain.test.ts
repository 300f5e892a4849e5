import { describe, expect, it } from 'vitest';
import type { Job, TaskView } from '../api';
import { chainOf, depths, edgesOf } from './chain';
import { approval, bank, calculator, easter, rust } from './fixtures';

const task = (id: string, status = 'completed'): TaskView => ({ id, status, attempt: 1, scheduledAt: '2026-11-29T09:49:49Z' });

const step = (id: string, ...dependsOn: string[]) => ({ id, title: `Step ${id}`, files: [`${id}.py`], dependsOn });

/** A job that runs, with these steps and tasks. */
const running = (steps: ReturnType<typeof step>[], tasks: TaskView[], more: Partial<Job> = {}): Job => ({
  ...bank.job,
  status: 'in_progress',
  rounds: [],
  plan: { summary: 's', language: 'python', steps },
  tasks,
  ...more,
});

const shown = (job: Job) => chainOf(job).map((band) => [band.label, ...band.nodes.map((node) => `${node.id} ${node.status}`)]);

const places = (job: Job) =>
  Object.fromEntries(chainOf(job)[0]?.nodes.map((node) => [node.id, [node.column, node.row]]) ?? []);

describe('the chain of a job', () => {
  it('with a repair has a band for each round', () => {
    expect(shown(bank.job)).toEqual([
      ['First build', 'plan completed', 'build:account completed', 'tests completed', 'build:bank completed', 'test completed'],
      ['Repair 1', 'build:account:r1 completed', 'test:r1 completed'],
    ]);
  });

  it('tells what each test run showed', () => {
    expect(chainOf(bank.job).map((band) => band.nodes.at(-1)?.verdict)).toEqual(['failed', 'passed']);
  });

  it('of steps that are built again side by side has them in one column', () => {
    expect(chainOf(calculator.job)[1]?.nodes.map((node) => [node.id, node.column, node.row])).toEqual([
      ['build:calculator:r1', 0, 0],
      ['build:syntax:r1', 0, 1],
      ['build:tokenizer:r1', 0, 2],
      ['test:r1', 1, 0],
    ]);
  });

  it('that cannot be repaired ends with the review, which promises no further run', () => {
    expect(shown(easter.job).at(-1)).toEqual(['Review of the tests', 'tests:r3 completed']);
    expect(shown(easter.job).at(-2)).toEqual(['Repair 2', 'build:easter:r2 completed', 'test:r2 unreached']);
  });

  it('that waits for a human shows who is asked, and what is ahead', () => {
    expect(shown(approval.job)).toEqual([
      ['First build', 'plan completed', 'approval asked', 'build:cache ahead', 'tests ahead', 'test ahead'],
    ]);
  });

  it('that failed early has the rest unreached', () => {
    expect(shown(rust.job)).toEqual([
      ['First build', 'plan failed', 'build unreached', 'tests unreached', 'test unreached'],
    ]);
  });

  it('has parallel steps in one column, and what needs both behind them', () => {
    const diamond = running([step('a'), step('b', 'a'), step('c', 'a'), step('d', 'b', 'c')], [task('plan')]);

    expect(places(diamond)).toEqual({
      plan: [0, 0],
      'build:a': [1, 0],
      tests: [1, 2],
      'build:b': [2, 0],
      'build:c': [2, 1],
      'build:d': [3, 0],
      test: [4, 0],
    });
  });

  it('never has two nodes in one place', () => {
    const wide = running(
      [step('a'), step('b'), step('c', 'b'), step('d', 'a'), step('e', 'c', 'd'), step('f', 'b'), step('g')],
      [task('plan')],
    );
    const taken = chainOf(wide)[0]?.nodes.map((node) => `${node.column}/${node.row}`) ?? [];

    expect(new Set(taken).size).toBe(taken.length);
  });

  it('before there is a plan shows what will be', () => {
    const begun = running([], [task('plan', 'running')]);
    delete begun.plan;

    expect(shown(begun)).toEqual([['First build', 'plan running', 'build ahead', 'tests ahead', 'test ahead']]);
  });

  it.each<[string, Partial<Job>, string[]]>([
    ['a plan alone', { kind: 'plan' }, ['plan given']],
    ['a build of a plan that came with it', { kind: 'build' }, ['plan given', 'build:a ahead']],
    ['a test of files with their tests', { kind: 'test', tasks: [task('test', 'running')] }, ['tests given', 'test running']],
    ['a test from a specification', { kind: 'test', artefacts: [] }, ['tests ahead', 'test ahead']],
    ['a retry from the tests on', { from: 'test', tasks: [task('test', 'running')] }, ['plan given', 'test running']],
    ['a retry from the build on', { from: 'build' }, ['plan given', 'build:a ahead', 'tests ahead', 'test ahead']],
  ])('of %s has its own parts only', (_, more, nodes) => {
    expect(shown(running([step('a')], [], more))[0]?.slice(1)).toEqual(nodes);
  });

  it('leaves out no task, whatever a newer version calls it', () => {
    const job = running([step('a')], [task('plan'), task('lint:a', 'running')]);

    expect(shown(job)[0]).toContain('lint:a running');
  });

  it('of a cancelled job shows no task as running', () => {
    const job = running([step('a')], [task('plan'), task('build:a', 'running')], { status: 'cancelled' });

    expect(shown(job)[0]).toContain('build:a unreached');
  });
});

describe('depth', () => {
  it('is what must be done before, one behind the other', () => {
    expect(Object.fromEntries(depths([step('c', 'b', 'a'), step('a'), step('b', 'a')]))).toEqual({ a: 0, b: 1, c: 2 });
  });

  it('of steps in a circle has an end', () => {
    expect([...depths([step('a', 'b'), step('b', 'a')]).keys()].sort()).toEqual(['a', 'b']);
  });
});

describe('lines between nodes', () => {
  it('lead from each node to what needs it', () => {
    const band = chainOf(bank.job)[0];

    expect(band && edgesOf(band, { width: 10, height: 10, gapX: 20, gapY: 20 }).map(({ from, to }) => `${from} → ${to}`)).toEqual([
      'plan → build:account',
      'plan → tests',
      'build:account → build:bank',
      'build:bank → test',
      'tests → test',
    ]);
  });

  it('are straight in a row, and turn in the gap before a node else', () => {
    const band = chainOf(running([step('a')], [task('plan')]))[0];

    expect(band && edgesOf(band, { width: 100, height: 40, gapX: 20, gapY: 20 }).map((edge) => edge.path)).toEqual([
      'M100 20H120',
      'M100 20H104Q110 20 110 26V74Q110 80 116 80H120',
      'M220 20H240',
      'M220 80H224Q230 80 230 74V26Q230 20 236 20H240',
    ]);
  });
});

import type { Job, PlanStep, TaskView, Verdict } from '../api';
import { parseTaskId, taskTitle } from './taskId';

/** How a node of the chain stands: as its task does, or what is said of one that there is no task for. */
export type NodeStatus = 'ahead' | 'asked' | 'given' | 'unreached' | 'scheduled' | 'running' | 'completed' | 'failed';

export interface ChainNode {
  id: string;
  title: string;
  status: NodeStatus;
  task: TaskView | undefined;
  /** What a test run showed. */
  verdict: Verdict | undefined;
  /** Ids of nodes of the same band that come before. */
  needs: string[];
  column: number;
  row: number;
}

/** A round: the first build, a repair, or the review of the tests. */
export interface Band {
  round: number;
  label: string;
  nodes: ChainNode[];
  columns: number;
  rows: number;
}

/**
 * The chain of a job: what ran, what runs and what is still to come, in columns and rows. A task's status is what the
 * server says; where there is no task yet, the plan and the kind of the job tell what will be.
 */
export function chainOf(job: Job): Band[] {
  const byRound = new Map<number, TaskView[]>([[0, []]]);
  for (const task of job.tasks) {
    const round = parseTaskId(task.id)?.round ?? 0;
    byRound.set(round, [...(byRound.get(round) ?? []), task]);
  }
  return [...byRound.entries()]
    .sort(([one], [other]) => one - other)
    .map(([round, tasks]) => (round === 0 ? firstBand(job, tasks) : laterBand(job, round, tasks)))
    .filter((band) => band.nodes.length > 0);
}

/** How many steps must be done, one behind the other, before each step; a circle counts as if it were none. */
export function depths(steps: readonly PlanStep[]): Map<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const known = new Map<string, number>();
  const depth = (id: string, path: readonly string[]): number => {
    const found = known.get(id);
    if (found !== undefined) {
      return found;
    }
    const needs = (byId.get(id)?.dependsOn ?? []).filter((need) => byId.has(need) && !path.includes(need));
    const value = Math.max(0, ...needs.map((need) => depth(need, [...path, need]) + 1));
    known.set(id, value);
    return value;
  };
  steps.forEach((step) => depth(step.id, [step.id]));
  return known;
}

type Draft = Omit<ChainNode, 'row'>;

const KINDS: Record<string, string> = { pipeline: 'First build', plan: 'Plan', build: 'Build', test: 'Test' };

function firstBand(job: Job, tasks: readonly TaskView[]): Band {
  const ofId = new Map(tasks.map((each) => [each.id, each]));
  const drafts: Draft[] = [];
  const add = (id: string, title: string, column: number, needs: string[], status?: NodeStatus) => {
    const task = ofId.get(id);
    const verdict = id === 'test' ? verdictOf(job, 0) : undefined;
    drafts.push({ id, title, status: status ?? statusOf(job, task), task, verdict, needs, column });
  };

  let column = 0;
  let before: string[] = [];
  if (job.kind !== 'test' || ofId.has('plan')) {
    const isGiven = !ofId.has('plan') && job.plan !== undefined;
    add('plan', isGiven ? 'The plan' : taskTitle('plan'), column++, [], isGiven ? 'given' : undefined);
    before = ['plan'];
  }
  if (job.approval !== undefined || (job.options.approval === 'plan' && job.from === undefined)) {
    add('approval', 'Approve the plan', column++, before, approvalStatus(job));
    before = ['approval'];
  }
  const areFilesGiven = job.kind === 'test' || job.from === 'test';
  let ends = before;
  let next = column;
  if (job.kind !== 'plan' && !areFilesGiven) {
    const steps = job.plan?.steps ?? [];
    const depth = depths(steps);
    for (const step of steps) {
      const needs = (step.dependsOn ?? []).filter((need) => depth.has(need)).map((need) => `build:${need}`);
      const at = column + (depth.get(step.id) ?? 0);
      add(`build:${step.id}`, step.title || step.id, at, needs.length === 0 ? before : needs);
      next = Math.max(next, at + 1);
    }
    if (steps.length === 0) {
      add('build', 'Build the files', column, before);
      next = column + 1;
    }
    const needed = new Set(drafts.flatMap((node) => node.needs));
    ends = drafts.filter((node) => node.id.startsWith('build') && !needed.has(node.id)).map((node) => node.id);
  }
  if (job.kind === 'pipeline' || job.kind === 'test') {
    const written = ofId.has('tests');
    if (written || job.from !== 'test') {
      const areGiven = !written && job.kind === 'test' && (ofId.has('test') || job.artefacts.some((file) => isTest(file.path)));
      add('tests', areGiven ? 'The tests' : taskTitle('tests'), column, before, areGiven ? 'given' : undefined);
      ends = areFilesGiven ? ['tests'] : [...ends, 'tests'];
      next = Math.max(next, column + 1);
    }
    add('test', taskTitle('test'), next, ends);
  }
  for (const other of tasks) {
    if (!drafts.some((node) => node.id === other.id)) {
      add(other.id, taskTitle(other.id), column, []); // of a newer version, or a step that an edited plan has no more
    }
  }
  return placed(0, KINDS[job.kind] ?? job.kind, drafts);
}

function laterBand(job: Job, round: number, tasks: readonly TaskView[]): Band {
  const titles = new Map((job.plan?.steps ?? []).map((step) => [step.id, step.title]));
  const isReview = tasks.some((each) => parseTaskId(each.id)?.kind === 'tests');
  const run = `test:r${round}`;
  const drafts: Draft[] = tasks
    .filter((task) => task.id !== run)
    .map((task) => ({
      id: task.id,
      title: taskTitle(task.id, titles.get(parseTaskId(task.id)?.step ?? '')),
      status: statusOf(job, task),
      task,
      verdict: undefined,
      needs: [],
      column: 0,
    }));
  const ran = tasks.find((task) => task.id === run);
  // A review runs the tests again only if it takes some back, so nothing is promised there.
  if (ran !== undefined || !isReview) {
    drafts.push({
      id: run,
      title: taskTitle(run),
      status: statusOf(job, ran),
      task: ran,
      verdict: verdictOf(job, round),
      needs: drafts.map((node) => node.id),
      column: drafts.length === 0 ? 0 : 1,
    });
  }
  return placed(round, isReview ? 'Review of the tests' : `Repair ${round}`, drafts);
}

/** Each column is filled from the top, in the order of the plan; to write the tests has a row of its own below. */
function placed(round: number, label: string, drafts: readonly Draft[]): Band {
  const filled = new Map<number, number>();
  const rowOf = new Map<string, number>();
  const inOrder = [...drafts].sort((one, other) => one.column - other.column); // stable
  const nodes: ChainNode[] = [];
  const place = (node: Draft, least: number) => {
    const row = Math.max(filled.get(node.column) ?? 0, least);
    filled.set(node.column, row + 1);
    rowOf.set(node.id, row);
    nodes.push({ ...node, row });
  };
  for (const node of inOrder.filter((each) => each.id !== 'tests')) {
    const only = node.needs.length === 1 ? node.needs[0] : undefined;
    place(node, only === undefined ? 0 : (rowOf.get(only) ?? 0)); // beside the one that it goes on from
  }
  const hasBuilds = nodes.some((node) => node.id.startsWith('build'));
  for (const node of inOrder.filter((each) => each.id === 'tests')) {
    place(node, hasBuilds ? Math.max(...filled.values()) : 0);
  }
  nodes.sort((one, other) => one.column - other.column || one.row - other.row);
  return {
    round,
    label,
    nodes,
    columns: Math.max(0, ...nodes.map((node) => node.column + 1)),
    rows: Math.max(0, ...nodes.map((node) => node.row + 1)),
  };
}

export const isFinal = (status: string): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

function statusOf(job: Job, task: TaskView | undefined): NodeStatus {
  const status = task?.status;
  if (status === 'completed' || status === 'failed') {
    return status;
  }
  if (isFinal(job.status)) {
    return 'unreached';
  }
  return status === 'scheduled' || status === 'running' ? status : 'ahead';
}

function approvalStatus(job: Job): NodeStatus {
  const answer = job.approval?.status;
  if (answer === 'approved' || answer === 'rejected') {
    return answer === 'approved' ? 'completed' : 'failed';
  }
  if (isFinal(job.status)) {
    return 'unreached';
  }
  return answer === undefined ? 'ahead' : 'asked';
}

const verdictOf = (job: Job, round: number): Verdict | undefined =>
  job.rounds.find((each) => each.round === round)?.verdict ?? (job.rounds.length === 0 && round === 0 ? job.report?.verdict : undefined);

const TEST = /^(tests\/.*|(.*\/)?(test_[^/]*|[^/]*_test|conftest)\.py)$/i;

/** Whether this is a test or a helper of tests: the tester's to write, never the builder's. */
export const isTest = (path: string): boolean => TEST.test(path);

/** A line from one node to another, in pixels. */
export interface Edge {
  from: string;
  to: string;
  path: string;
}

/** The size of a node, and what is between two. */
export interface Cell {
  width: number;
  height: number;
  gapX: number;
  gapY: number;
}

const CURVE = 6;

/** From the right side of each node that is needed to the left side of the one that needs it. */
export function edgesOf(band: Band, cell: Cell): Edge[] {
  const at = new Map(band.nodes.map((node) => [node.id, node]));
  const middle = (node: ChainNode) => node.row * (cell.height + cell.gapY) + cell.height / 2;
  return band.nodes.flatMap((node) =>
    node.needs.flatMap((need) => {
      const from = at.get(need);
      if (from === undefined) {
        return [];
      }
      const [x1, y1] = [from.column * (cell.width + cell.gapX) + cell.width, middle(from)];
      const [x2, y2] = [node.column * (cell.width + cell.gapX), middle(node)];
      const turn = x2 - cell.gapX / 2; // in the gap, so that it crosses no node
      const down = y2 > y1 ? CURVE : -CURVE;
      const path =
        y1 === y2
          ? `M${x1} ${y1}H${x2}`
          : `M${x1} ${y1}H${turn - CURVE}Q${turn} ${y1} ${turn} ${y1 + down}V${y2 - down}Q${turn} ${y2} ${turn + CURVE} ${y2}H${x2}`;
      return [{ from: need, to: node.id, path }];
    }),
  );
}

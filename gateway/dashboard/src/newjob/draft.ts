import type { JobOptions, Stage } from '../api';

export type Kind = 'pipeline' | 'plan' | 'build' | 'test' | 'replay' | 'retry';

/** Where a job gets what it does not make itself. */
export type Source = 'nothing' | 'job' | 'files' | 'plan';

export const AGENTS = ['planner', 'builder', 'tester'] as const;
export type Agent = (typeof AGENTS)[number];

export interface SourceFile {
  path: string;
  content: string;
}

/** A job that is being described: everything as it was typed, also what is wrong. */
export interface Draft {
  kind: Kind;
  spec: string;
  source: Source;
  job: string;
  plan: string;
  files: readonly SourceFile[];
  from: Stage;
  models: Record<Agent, string>;
  approval: boolean;
  repairs: string;
  budget: string;
  deadline: string;
  deadlineUnit: 'M' | 'H';
  noCache: boolean;
}

export const EMPTY: Draft = {
  kind: 'pipeline',
  spec: '',
  source: 'nothing',
  job: '',
  plan: '',
  files: [],
  from: 'build',
  models: { planner: '', builder: '', tester: '' },
  approval: false,
  repairs: '',
  budget: '',
  deadline: '',
  deadlineUnit: 'M',
  noCache: false,
};

/** What each kind of job takes; what it does not take is not shown, and not sent. */
export const TAKES: Record<
  Kind,
  { spec: 'needed' | 'may' | 'no'; sources: readonly Source[]; approval: boolean; repairs: boolean; noCache: boolean }
> = {
  pipeline: { spec: 'needed', sources: ['nothing', 'job', 'files'], approval: true, repairs: true, noCache: true },
  plan: { spec: 'needed', sources: [], approval: false, repairs: false, noCache: true },
  build: { spec: 'no', sources: ['job', 'plan'], approval: false, repairs: false, noCache: false },
  test: { spec: 'may', sources: ['job', 'files'], approval: false, repairs: false, noCache: false },
  replay: { spec: 'no', sources: ['job'], approval: true, repairs: true, noCache: false },
  retry: { spec: 'no', sources: ['job'], approval: true, repairs: true, noCache: false },
};

/** The source that holds for the kind: the chosen one, or the first that it takes. */
export function sourceOf(draft: Draft): Source {
  const { sources } = TAKES[draft.kind];
  return sources.includes(draft.source) ? draft.source : (sources[0] ?? 'nothing');
}

/** A number if it is one; else as it was typed, for the gateway to say what is wrong with it. */
function numberOf(text: string): number | string {
  const trimmed = text.trim().replace(',', '.');
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
}

function options(draft: Draft): Record<string, unknown> {
  const takes = TAKES[draft.kind];
  const options: Partial<Record<keyof JobOptions, unknown>> = {};
  if (takes.approval && draft.approval) {
    options.approval = 'plan';
  }
  if (takes.repairs && draft.repairs !== '') {
    options.maxRepairs = numberOf(draft.repairs);
  }
  if (draft.budget.trim() !== '') {
    options.budgetUsd = numberOf(draft.budget);
  }
  if (draft.deadline.trim() !== '') {
    options.deadline = `PT${draft.deadline.trim()}${draft.deadlineUnit}`;
  }
  if (takes.noCache && draft.noCache) {
    options.noCache = true;
  }
  return options;
}

function planOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // no JSON: the gateway says what a plan must have
  }
}

/** The body of `POST /jobs`. It is not checked here: what is wrong the gateway says, and nobody else. */
export function requestOf(draft: Draft): Record<string, unknown> {
  const takes = TAKES[draft.kind];
  const source = sourceOf(draft);
  const request: Record<string, unknown> = { kind: draft.kind };
  if (takes.spec === 'needed' || (takes.spec === 'may' && draft.spec.trim() !== '')) {
    request['spec'] = draft.spec;
  }
  if (source === 'job') {
    request[draft.kind === 'pipeline' ? 'basedOn' : 'job'] = draft.job.trim();
  } else if (source === 'files') {
    request['files'] = draft.files;
  } else if (source === 'plan') {
    request['plan'] = planOf(draft.plan);
  }
  if (draft.kind === 'retry') {
    request['from'] = draft.from;
  }
  if (draft.kind === 'replay') {
    const models = Object.fromEntries(Object.entries(draft.models).filter(([, model]) => model.trim() !== ''));
    if (Object.keys(models).length > 0) {
      request['models'] = models;
    }
  }
  const chosen = options(draft);
  if (Object.keys(chosen).length > 0) {
    request['options'] = chosen;
  }
  return request;
}

/** The same request from a terminal. */
export function curl(origin: string, body: Record<string, unknown>): string {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return `curl -s ${origin}/jobs -H 'Content-Type: application/json' \\\n  -d '${json}'`;
}

/** The fields of the form, by where in the request they stand; an error below one, such as /files/0/path, is its too. */
export const FIELDS = [
  '/spec', '/job', '/basedOn', '/files', '/plan', '/from', '/models/planner', '/models/builder', '/models/tester',
  '/options/approval', '/options/maxRepairs', '/options/budgetUsd', '/options/deadline', '/options/noCache',
] as const;
export type FieldPointer = (typeof FIELDS)[number];

/** Which field an error concerns; undefined if it is none of the form's. */
export const fieldOf = (pointer: string): FieldPointer | undefined =>
  FIELDS.find((field) => pointer === field || pointer.startsWith(`${field}/`));

const KEPT = 'nexus.draft';

/** The draft as it was left; files are too large to be kept. */
export function keptDraft(): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Draft>), files: [] };
  } catch {
    return EMPTY; // of another version
  }
}

export function keepDraft(draft: Draft) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...draft, files: undefined }));
  } catch {
    // no room or not allowed: then it is not there after a reload, and that is all
  }
}

/** What the gateway says over HTTP; the fields are those of /openapi.json. */

import { answered, unanswered } from './server';
import { keyNeeded } from './session';

export type JobKind = 'pipeline' | 'plan' | 'build' | 'test';
export type JobStatus = 'queued' | 'in_progress' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled';
export type Verdict =
  | 'passed' | 'failed' | 'error' | 'timeout' | 'memory_limit' | 'output_limit' | 'crashed' | 'tampered' | 'no_tests';
export type Stage = 'plan' | 'build' | 'test';

export interface Usage {
  calls: number;
  reused: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  cachedInputTokens?: number;
  cacheWriteTokens?: number;
  reasoningTokens?: number;
  estimatedUsd?: number;
}

export interface ErrorInfo {
  code: string;
  message: string;
  retryable: boolean;
}

export interface JobOptions {
  maxRepairs?: number;
  noCache?: boolean;
  deadline?: string;
  budgetUsd?: number;
  approval?: 'plan';
  webhooks?: string[];
}

export interface PlanFunction {
  name: string;
  signature: string;
  description?: string | null;
}

export interface PlanStep {
  id: string;
  title: string;
  files: string[];
  dependsOn?: string[];
}

export interface Plan {
  summary: string;
  language: string;
  interface?: { name: string; functions?: PlanFunction[] }[];
  steps: PlanStep[];
}

export interface TaskView {
  id: string;
  status: string;
  attempt: number;
  worker?: string;
  progress?: string;
  scheduledAt: string;
  startedAt?: string;
  finishedAt?: string;
  error?: ErrorInfo;
  detail?: string;
  usage?: Usage;
}

export interface TestResult {
  id: string;
  outcome: 'passed' | 'failed' | 'error' | 'skipped';
  durationMillis: number;
  message?: string;
  trace?: string;
  files?: string[];
  lines?: string[];
  output?: string;
}

export interface TestReport {
  verdict: Verdict;
  tests?: TestResult[];
  totals?: { passed: number; failed: number; error: number; skipped: number };
  durationMillis: number;
  message?: string;
  output?: string;
  mutation?: {
    possible: number;
    run: number;
    killed: number;
    score: number;
    survivors?: { path: string; line: number; change: string }[];
  };
  isolation?: { result: 'same' | 'differs' | 'not_applicable'; test?: string; message?: string };
  coverage?: {
    executable: number;
    covered: number;
    files?: { path: string; executable: number; covered: number; missed?: string[] }[];
  };
}

export interface TestQuality {
  tests: number;
  meaningful: number;
  vacuous?: string[];
}

export interface Artefact {
  path: string;
  size: number;
  sha256: string;
  href: string;
}

export interface Round {
  round: number;
  verdict?: Verdict;
  passed?: number;
  failed?: number;
  changes?: { path: string; diff?: string }[];
}

export interface Approval {
  status: 'awaited' | 'approved' | 'rejected';
  planHash: string;
  edited: boolean;
  reason?: string;
  askedAt?: string;
  answeredAt?: string;
}

export interface Job {
  id: string;
  kind: JobKind;
  status: JobStatus;
  fidelity: 'implementation' | 'scaffold';
  notice?: string;
  spec?: string;
  options: JobOptions;
  metadata: Record<string, string>;
  basedOn?: string;
  from?: Stage;
  replay?: { models: Record<string, string>; prompts: string[] };
  seq: number;
  tasks: TaskView[];
  plan?: Plan;
  planHash?: string;
  approval?: Approval;
  artefacts: Artefact[];
  testQuality?: TestQuality;
  report?: TestReport;
  rounds: Round[];
  bestRound?: number;
  verdict?: Verdict;
  usage: Usage;
  error?: ErrorInfo;
  createdAt: string;
  updatedAt: string;
  finishedAt?: string;
  links: Record<string, string>;
}

/** A frame of an event stream: the envelope and the event's own fields, as one object. */
export interface JobEvent {
  type: string;
  jobId: string;
  seq: number;
  [field: string]: unknown;
}

/** What was wrong, in the form of RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  retryable?: boolean;
  errors?: { pointer: string; detail: string }[];
  /** What to ask for where the outcome is not known. */
  jobId?: string;
}

/** The gateway refused, or could not be reached (status 0). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }

  get status(): number {
    return this.problem.status;
  }
}

const away: Problem = {
  type: 'about:blank',
  title: 'The gateway cannot be reached',
  status: 0,
  code: 'unreachable',
  detail: 'It does not answer. This page goes on by itself as soon as it does.',
};

const SESSION = '/session';

/**
 * Asks the gateway; what is not 2xx or 304 is an {@link ApiError}, no answer at all too. If a key is needed it is asked for,
 * and this goes on once it was given.
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (failure) {
    if (init.signal?.aborted) {
      throw failure;
    }
    unanswered();
    throw new ApiError(away);
  }
  answered(response.status);
  if (response.ok || response.status === 304) {
    return response;
  }
  if (response.status === 401 && path !== SESSION) {
    await keyNeeded();
    init.signal?.throwIfAborted();
    return request(path, init);
  }
  throw new ApiError(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    return (await response.json()) as Problem;
  }
  return {
    type: 'about:blank',
    title: response.statusText || 'No answer of a gateway',
    status: response.status,
    code: 'unknown',
    detail: `Something between here and the gateway answered ${response.status}.`,
  };
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { headers: { Accept: 'application/json' }, ...(signal && { signal }) });
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await request(path, {
    method: 'POST',
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

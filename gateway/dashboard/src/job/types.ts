import type { ErrorInfo, JobEvent, Plan, Round, TestQuality, TestReport, Usage } from '../api';

/** What came of a task, as its task.completed tells. */
export interface Outcome {
  type: string;
  plan?: Plan;
  cached?: boolean;
  files?: { path: string; size: number; sha256: string }[];
  changes?: FileChange[];
  quality?: TestQuality;
  replaced?: { test: string; why: string }[];
  report?: TestReport;
}

/** An event, with the fields of all types that this page reads. */
export interface Told extends JobEvent {
  time?: string;
  task?: string;
  attempt?: number;
  worker?: string;
  message?: string;
  reason?: string;
  kind?: string;
  error?: ErrorInfo;
  detail?: string;
  outcome?: Outcome;
  usage?: Usage;
  allowanceUsd?: number;
  verdict?: string;
}

export type FileChange = NonNullable<Round['changes']>[number];

export type PlanModule = NonNullable<Plan['interface']>[number];

/** What a task spent on a model: a call with its reply, or a charge for one that brought none. */
export interface Spent {
  type: string;
  task: string;
  attempt: number;
  ordinal: number;
  model: string;
  usage: Usage;
  recordedAt?: string;
  promptVersion?: string;
  system?: string;
  messages?: { role: string; text: string }[];
  reply?: string;
  stop?: string;
  reason?: string;
  fidelity?: string;
  durationMillis?: number;
}

export interface Calls {
  job: string;
  calls: Spent[];
  usage: Usage;
}

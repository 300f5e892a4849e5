import type { JobStatus } from '../api';

/** What `GET /system` says. */
export interface SystemView {
  time: string;
  gateway: {
    id: string;
    version: string;
    driving: boolean;
    ready: boolean;
    /** Events on the log that this gateway has not folded yet. */
    lag: number;
    trouble?: string | null;
    refusesJobs?: string | null;
  };
  brokers: { id: number; host: string; port: number; controller: boolean }[];
  jobs: Record<JobStatus, number>;
  stages: StageView[];
  workers: WorkerView[];
  gateways: { id: string; version: string; driving: boolean; seenMillisAgo: number }[];
}

export interface StageView {
  service: string;
  workers: number;
  slots: number;
  running: number;
  waiting: number;
  oldestWaitingMillis?: number | null;
  doneLastMinute: number;
}

export interface WorkerView {
  id: string;
  service: string;
  version: string;
  slots: number;
  seenMillisAgo: number;
  draining: boolean;
  tasks: { jobId: string; task: string; attempt: number; runningMillis: number }[];
  /** Tasks of other tenants. */
  hiddenTasks: number;
  /** Why it cannot work. */
  problem?: string | null;
}

const NAMES: Record<string, string> = {
  'planner-service': 'Planner',
  'builder-service': 'Builder',
  'tester-service': 'Tester',
};

export const serviceName = (service: string): string => NAMES[service] ?? service;

const LONG_WAIT_MILLIS = 60_000;
const MUCH_LAG = 1000;

/** What an operator should look at, most urgent first; nothing if all is well. */
export function concerns(system: SystemView): string[] {
  const found: string[] = [];
  if (system.gateway.trouble) {
    found.push(`The gateway: ${system.gateway.trouble}`);
  }
  if (system.gateway.refusesJobs) {
    found.push(`No new jobs are taken: ${system.gateway.refusesJobs}`);
  }
  if (!system.gateways.some((gateway) => gateway.driving) && !system.gateway.driving) {
    found.push('No gateway drives: jobs are taken, and do not go on until one does.');
  }
  for (const stage of system.stages) {
    if (stage.workers === 0) {
      found.push(
        `${serviceName(stage.service)}: no worker is alive. ` +
          (stage.waiting > 0 ? `${stage.waiting} tasks wait; start` : 'Start') +
          ` ${stage.service}.`,
      );
    } else if ((stage.oldestWaitingMillis ?? 0) > LONG_WAIT_MILLIS) {
      found.push(`${serviceName(stage.service)}: a task has waited for more than a minute; more workers would help.`);
    }
  }
  for (const worker of system.workers) {
    if (worker.problem) {
      found.push(`${serviceName(worker.service)} ${shortId(worker.id)}: ${worker.problem}`);
    }
  }
  if (system.gateway.lag > MUCH_LAG) {
    found.push(`This gateway is ${system.gateway.lag} events behind the log: what it shows is old.`);
  }
  return found;
}

/** What tells the ids of processes apart: their end, as they begin with the name of the service. */
export const shortId = (id: string): string => id.slice(id.lastIndexOf('-') + 1);

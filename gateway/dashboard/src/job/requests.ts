import type { Job, JobOptions, Stage } from '../api';
import { isTest } from './chain';

/** The stages from which a job can be done again: those that it has something for. */
export function stagesOf(job: Job): Stage[] {
  switch (job.kind) {
    case 'plan':
    case 'build':
    case 'test':
      return [job.kind];
    case 'pipeline': {
      const hasFiles = job.artefacts.some((file) => !isTest(file.path));
      const hasTests = job.artefacts.some((file) => isTest(file.path));
      return ['plan', ...(job.plan === undefined ? [] : (['build'] as const)), ...(job.plan !== undefined && hasFiles && hasTests ? (['test'] as const) : [])];
    }
  }
}

/** What one would most likely retry from: the stage that went wrong. */
export function likelyStage(job: Job): Stage {
  const stages = stagesOf(job);
  const failed = job.tasks.findLast((task) => task.status === 'failed')?.id ?? '';
  const wanted: Stage = failed.startsWith('plan') || job.plan === undefined ? 'plan' : failed.startsWith('test') ? 'test' : 'build';
  return stages.includes(wanted) ? wanted : (stages.at(-1) ?? 'plan');
}

/** Options as they were typed; what is left empty stays as it was. */
export interface TypedOptions {
  maxRepairs: string;
  budgetUsd: string;
  approval: boolean;
}

/** What is wrong in them, by field. */
export function optionProblems(typed: TypedOptions): Partial<Record<keyof TypedOptions, string>> {
  const repairs = typed.maxRepairs.trim();
  const budget = typed.budgetUsd.trim();
  return {
    ...(repairs !== '' && !/^[0-5]$/.test(repairs) && { maxRepairs: 'must be a whole number from 0 to 5' }),
    ...(budget !== '' && !(/^\d+(\.\d{1,6})?$/.test(budget) && Number(budget) > 0 && Number(budget) <= 1_000_000) && {
      budgetUsd: 'must be above 0 and at most 1000000, with at most 6 digits behind the point',
    }),
  };
}

export function optionsOf(typed: TypedOptions): JobOptions | undefined {
  const options: JobOptions = {
    ...(typed.maxRepairs.trim() !== '' && { maxRepairs: Number(typed.maxRepairs) }),
    ...(typed.budgetUsd.trim() !== '' && { budgetUsd: Number(typed.budgetUsd) }),
    ...(typed.approval && { approval: 'plan' as const }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Only the models that were named. */
export function modelsOf(typed: Record<string, string>): Record<string, string> | undefined {
  const named = Object.entries(typed).flatMap(([agent, model]) => (model.trim() === '' ? [] : [[agent, model.trim()] as const]));
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

/** An Idempotency-Key of its own for each dialog, so that a request that is sent twice makes one job. */
export function newKey(): string {
  // crypto.randomUUID is there only where the page came over HTTPS or from this machine.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

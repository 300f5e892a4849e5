/** One agent's piece of a job, by its id: plan, build:STEP, tests, test, each with :rN behind it in round N. */
export interface TaskName {
  kind: 'plan' | 'build' | 'tests' | 'test';
  step: string;
  round: number;
}

const FORM = /^(?:(plan|tests|test)|build:([a-z0-9][a-z0-9_-]*))(?::r([1-9][0-9]?))?$/;

/** Null if a newer version names its tasks otherwise. */
export function parseTaskId(id: string): TaskName | null {
  const parts = FORM.exec(id);
  if (parts === null) {
    return null;
  }
  const round = Number(parts[3] ?? 0);
  return parts[2] === undefined
    ? { kind: parts[1] as TaskName['kind'], step: '', round }
    : { kind: 'build', step: parts[2], round };
}

/** What the task does, for people; the title of its step, where that is known. */
export function taskTitle(id: string, stepTitle?: string): string {
  const name = parseTaskId(id);
  switch (name?.kind) {
    case undefined:
      return id;
    case 'plan':
      return 'Make the plan';
    case 'build':
      return stepTitle ?? name.step;
    case 'tests':
      return name.round === 0 ? 'Write the tests' : 'Review the tests';
    case 'test':
      return 'Run the tests';
  }
}

/** Which service takes it. */
export function serviceOf(id: string): string {
  switch (parseTaskId(id)?.kind) {
    case undefined:
      return '';
    case 'plan':
      return 'planner';
    case 'build':
      return 'builder';
    case 'tests':
    case 'test':
      return 'tester';
  }
}

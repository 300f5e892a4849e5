import type { Plan } from '../api';
import { isTest } from './chain';

/** What is wrong in a plan, and where: a JSON pointer into it. */
export interface PlanProblem {
  at: string;
  detail: string;
}

const STEPS = 20;
const FILES = 40;
const CHARS = 200;
const DEPTH = 8;
const ENDINGS = ['cfg', 'css', 'csv', 'html', 'ini', 'json', 'md', 'py', 'sql', 'toml', 'txt', 'yaml', 'yml'];
const STEP = /^(?!r[1-9][0-9]?$)[a-z0-9][a-z0-9_-]{0,39}$/;
const PART = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_. +-]*$/u;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;

/** Every rule that a plan breaks, in the words of the server, which checks it again when it is sent. */
export function planProblems(plan: Plan): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const say = (at: string, detail: string) => problems.push({ at, detail });
  if (plan.language !== 'python') {
    say('/language', 'must be python, the one language that is built');
  }
  if (plan.steps.length === 0) {
    say('/steps', 'is empty; give at least one step');
  }
  if (plan.steps.length > STEPS) {
    say('/steps', `has more than ${STEPS} entries; join some`);
  }
  const ids = new Set<string>();
  const folded = new Set<string>();
  const paths: string[] = [];
  plan.steps.forEach((step, i) => {
    const at = `/steps/${i}`;
    if (!STEP.test(step.id)) {
      say(`${at}/id`, "must be 1 to 40 lower-case letters, digits, '_' or '-', and not r<number>");
    }
    if (ids.has(step.id)) {
      say(`${at}/id`, 'is used by an earlier step; give each step its own');
    }
    ids.add(step.id);
    if (step.files.length === 0) {
      say(`${at}/files`, 'is empty; name the files that the step writes');
    }
    for (const path of step.files) {
      const problem = pathProblem(path);
      if (problem !== undefined) {
        say(`${at}/files`, `a path ${problem}`);
      } else if (isTest(path)) {
        say(`${at}/files`, `'${path}' is a test; leave tests to the tester`);
      } else if (folded.has(path.toLowerCase())) {
        say(`${at}/files`, `'${path}' is written twice; a path belongs to one step`);
      } else {
        folded.add(path.toLowerCase());
        paths.push(path);
      }
    }
  });
  for (const path of foldersAmong(paths)) {
    say('/steps', `'${path}' is also the folder of another file; rename one of them`);
  }
  if (paths.length > FILES) {
    say('/steps', `name more than ${FILES} files; plan fewer`);
  }
  plan.steps.forEach((step, i) => {
    for (const needed of step.dependsOn ?? []) {
      if (!ids.has(needed)) {
        say(`/steps/${i}/dependsOn`, 'names an unknown step; use the ids of steps in this plan');
      }
    }
  });
  if (problems.length === 0 && hasCircle(plan)) {
    say('/steps', 'depend on each other in a circle; remove one dependency');
  }
  return problems;
}

/** What is wrong with a path, as the end of a sentence that begins with its name; undefined if nothing is. */
export function pathProblem(path: string): string | undefined {
  if (path === '') {
    return 'is empty; name a file, such as src/app.py';
  }
  if (path.length > CHARS) {
    return `is longer than ${CHARS} characters; shorten it`;
  }
  if (path.startsWith('/') || path.includes('\\') || /^[A-Za-z]:/.test(path)) {
    return "is not relative; write it from the job's folder, with / between folders";
  }
  if (path !== path.normalize('NFC')) {
    return 'is not in Unicode form NFC; normalise it';
  }
  const parts = path.split('/');
  if (parts.length > DEPTH) {
    return `is deeper than ${DEPTH} levels; use fewer folders`;
  }
  for (const part of parts) {
    if (part === '.' || part === '..') {
      return `leaves its place with '${part}'; write the plain path`;
    }
    if (part.startsWith('.')) {
      return 'names a hidden file or folder; drop the leading dot';
    }
    if (!PART.test(part) || /[. ]$/.test(part) || DEVICE.test(part)) {
      return "has a part that is not a portable file name; use letters, digits, '_', '-' and '.'";
    }
  }
  const name = parts.at(-1) ?? '';
  const dot = name.lastIndexOf('.');
  return dot < 0 || !ENDINGS.includes(name.slice(dot + 1)) ? `has no allowed ending; use one of ${ENDINGS.join(', ')}` : undefined;
}

function foldersAmong(paths: readonly string[]): string[] {
  const folders = new Set(
    paths.flatMap((path) => {
      const parts = path.toLowerCase().split('/');
      return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
    }),
  );
  return paths.filter((path) => folders.has(path.toLowerCase()));
}

function hasCircle(plan: Plan): boolean {
  const built = new Set<string>();
  for (let before = -1; before < built.size; ) {
    before = built.size;
    for (const step of plan.steps) {
      if ((step.dependsOn ?? []).every((needed) => built.has(needed))) {
        built.add(step.id);
      }
    }
  }
  return built.size < plan.steps.length;
}

/** A plan from JSON that a human wrote; a text says what is wrong with it. */
export function planFromJson(json: string): Plan | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (failure) {
    return `this is no JSON: ${failure instanceof Error ? failure.message : String(failure)}`;
  }
  return isPlan(value) ? value : 'must have summary, language, interface and steps, as the plan that is shown has';
}

function isPlan(value: unknown): value is Plan {
  const texts = (list: unknown) => Array.isArray(list) && list.every((each) => typeof each === 'string');
  const isStep = (step: unknown) =>
    isObject(step) &&
    typeof step['id'] === 'string' &&
    typeof step['title'] === 'string' &&
    texts(step['files']) &&
    (step['dependsOn'] === undefined || texts(step['dependsOn']));
  const isFunction = (each: unknown) => isObject(each) && typeof each['name'] === 'string' && typeof each['signature'] === 'string';
  const isModule = (module: unknown) =>
    isObject(module) &&
    typeof module['name'] === 'string' &&
    (module['functions'] === undefined || (Array.isArray(module['functions']) && module['functions'].every(isFunction)));
  return (
    isObject(value) &&
    typeof value['summary'] === 'string' &&
    typeof value['language'] === 'string' &&
    (value['interface'] === undefined || (Array.isArray(value['interface']) && value['interface'].every(isModule))) &&
    Array.isArray(value['steps']) &&
    value['steps'].every(isStep)
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the server says of a plan, at the place that it names: its pointer is that of the plan as a whole. */
export function serverProblem(error: { pointer: string; detail: string }): PlanProblem {
  const named = /^(\/steps(?:\/\d+\/(?:id|files|dependsOn|title))?):? (.*)$/s.exec(error.detail);
  return error.pointer === '/plan' && named !== null
    ? { at: named[1] ?? '', detail: named[2] ?? error.detail }
    : { at: error.pointer.replace(/^\/plan(?=\/|$)/, ''), detail: error.detail };
}

import { describe, expect, it } from 'vitest';
import schema from '../../../../common/src/main/resources/contract/schema/common.json';
import type { Plan } from '../api';
import { approval, bank, calculator } from './fixtures';
import { pathProblem, planFromJson, planProblems, serverProblem } from './planRules';

const plan = (...steps: Partial<Plan['steps'][number]>[]): Plan => ({
  summary: 's',
  language: 'python',
  steps: steps.map((step, i) => ({ id: `s${i}`, title: 't', files: [`f${i}.py`], ...step })),
});

describe('a plan', () => {
  it.each([bank, calculator, approval])('of a model that was taken has no problem', ({ job }) => {
    expect(job.plan && planProblems(job.plan)).toEqual([]);
  });

  it.each<[string, Plan, string, string]>([
    ['another language', { ...plan({}), language: 'rust' }, '/language', 'must be python, the one language that is built'],
    ['no steps', plan(), '/steps', 'is empty; give at least one step'],
    ['too many steps', plan(...Array.from({ length: 21 }, () => ({}))), '/steps', 'has more than 20 entries; join some'],
    ['an id in capitals', plan({ id: 'Core' }), '/steps/0/id', "must be 1 to 40 lower-case letters, digits, '_' or '-', and not r<number>"],
    ['an id like a round', plan({ id: 'r1' }), '/steps/0/id', "must be 1 to 40 lower-case letters, digits, '_' or '-', and not r<number>"],
    ['an id twice', plan({ id: 'a' }, { id: 'a' }), '/steps/1/id', 'is used by an earlier step; give each step its own'],
    ['no files', plan({ files: [] }), '/steps/0/files', 'is empty; name the files that the step writes'],
    ['a path outside', plan({ files: ['../a.py'] }), '/steps/0/files', "a path leaves its place with '..'; write the plain path"],
    ['a test', plan({ files: ['tests/test_a.py'] }), '/steps/0/files', "'tests/test_a.py' is a test; leave tests to the tester"],
    ['a path twice', plan({ files: ['a.py'] }, { files: ['A.py'] }), '/steps/1/files', "'A.py' is written twice; a path belongs to one step"],
    ['a file that is a folder', plan({ files: ['a.py', 'a.py/b.py'] }), '/steps', "'a.py' is also the folder of another file; rename one of them"],
    ['an unknown step', plan({ dependsOn: ['x'] }), '/steps/0/dependsOn', 'names an unknown step; use the ids of steps in this plan'],
    ['a circle', plan({ dependsOn: ['s1'] }, { dependsOn: ['s0'] }), '/steps', 'depend on each other in a circle; remove one dependency'],
  ])('with %s is refused at its place', (_, broken, at, detail) => {
    expect(planProblems(broken)).toEqual([{ at, detail }]);
  });

  it('with more files than one task may write is refused', () => {
    const files = Array.from({ length: 41 }, (_, i) => `f${i}.py`);

    expect(planProblems(plan({ files }))).toEqual([{ at: '/steps', detail: 'name more than 40 files; plan fewer' }]);
  });
});

describe('the limits', () => {
  it('are those of the contract', () => {
    const { plan: planSchema, step, path } = schema.$defs;
    const files = (count: number) => Array.from({ length: count }, (_, i) => `f${i}.py`);
    const steps = (count: number) => plan(...Array.from({ length: count }, (_, i) => ({ files: [`s${i}.py`] })));

    expect(planProblems(steps(planSchema.properties.steps.maxItems))).toEqual([]);
    expect(planProblems(steps(planSchema.properties.steps.maxItems + 1))).toHaveLength(1);
    expect(planProblems(plan({ files: files(step.properties.files.maxItems) }))).toEqual([]);
    expect(planProblems(plan({ files: files(step.properties.files.maxItems + 1) }))).toHaveLength(1);
    expect(pathProblem('x'.repeat(path.maxLength - 3) + '.py')).toBeUndefined();
    expect(pathProblem('x'.repeat(path.maxLength - 2) + '.py')).toBeDefined();
  });

  it('are those of the contract for endings, too', () => {
    const rule = schema.$defs.path.allOf.find((each) => each.description === 'Endings.') as { pattern: string };
    const told = /\(([a-z|]+)\)/.exec(rule.pattern)?.[1]?.split('|') ?? [];

    expect(told.length).toBeGreaterThan(5);
    expect(told.filter((ending) => pathProblem(`a.${ending}`) !== undefined)).toEqual([]);
    expect(pathProblem('a.exe')).toContain([...told].sort().join(', '));
  });
});

describe('a path', () => {
  it.each(['a.py', 'src/größe/x y+z.md', 'data/1.csv'])('such as %s is taken', (path) => {
    expect(pathProblem(path)).toBeUndefined();
  });

  it.each(['', '/a.py', 'a\\b.py', 'C:a.py', 'a/./b.py', '.env', 'a/.b.py', 'con.py', 'a /b.py', 'a.exe', 'a', 'x'.repeat(201), '1/2/3/4/5/6/7/8/9.py', 'u\u0308.py'])(
    'such as %j is refused, with a remedy',
    (path) => {
      expect(pathProblem(path)).toMatch(/; |, with /);
    },
  );
});

describe('a plan as JSON', () => {
  it('is what it was', () => {
    expect(planFromJson(JSON.stringify(bank.job.plan))).toEqual(bank.job.plan);
  });

  it.each(['', '{', '[]', '{"summary": "s"}', '{"summary":"s","language":"python","steps":[{"id":"a"}]}'])('such as %j is told what is wrong', (json) => {
    expect(typeof planFromJson(json)).toBe('string');
  });
});

describe('what the server says of a plan', () => {
  it.each([
    ['/plan', '/steps/0/id must be 1 to 40 lower-case letters', '/steps/0/id', 'must be 1 to 40 lower-case letters'],
    ['/plan', "/steps/1/files: 'x' is a test", '/steps/1/files', "'x' is a test"],
    ['/plan', '/steps depend on each other', '/steps', 'depend on each other'],
    ['/plan/language', 'must be python', '/language', 'must be python'],
    ['/planHash', 'is missing', '/planHash', 'is missing'],
    ['/plan', 'must have summary', '', 'must have summary'],
  ])('at %s, %s, is shown at its place', (pointer, detail, at, said) => {
    expect(serverProblem({ pointer, detail })).toEqual({ at, detail: said });
  });
});

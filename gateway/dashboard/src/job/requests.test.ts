import { describe, expect, it } from 'vitest';
import { approval, bank, easter, rust } from './fixtures';
import { likelyStage, modelsOf, newKey, optionProblems, optionsOf, stagesOf } from './requests';

const typed = { maxRepairs: '', budgetUsd: '', approval: false };

describe('the stages of a retry', () => {
  it.each([
    ['a job with files and tests', easter, ['plan', 'build', 'test'], 'build'],
    ['one that has a plan alone', approval, ['plan', 'build'], 'build'],
    ['one whose plan failed', rust, ['plan'], 'plan'],
  ] as const)('of %s are those that it has something for', (_, { job }, stages, likely) => {
    expect(stagesOf(job)).toEqual(stages);
    expect(likelyStage(job)).toBe(likely);
  });

  it('of another kind is its one stage', () => {
    expect(stagesOf({ ...bank.job, kind: 'test' })).toEqual(['test']);
  });
});

describe('options', () => {
  it('that are left empty stay as they were', () => {
    expect(optionsOf(typed)).toBeUndefined();
  });

  it('are numbers', () => {
    expect(optionsOf({ maxRepairs: '0', budgetUsd: '0.5', approval: true })).toEqual({ maxRepairs: 0, budgetUsd: 0.5, approval: 'plan' });
  });

  it.each(['6', '-1', '1.5', 'two'])('with %s repairs are refused', (maxRepairs) => {
    expect(Object.keys(optionProblems({ ...typed, maxRepairs }))).toEqual(['maxRepairs']);
  });

  it.each(['0', '-1', '0.0000001', '1000001', 'much'])('with a budget of %s are refused', (budgetUsd) => {
    expect(Object.keys(optionProblems({ ...typed, budgetUsd }))).toEqual(['budgetUsd']);
  });

  it.each(['', '0.000001', '1000000'])('with a budget of %j are taken', (budgetUsd) => {
    expect(optionProblems({ ...typed, budgetUsd })).toEqual({});
  });
});

it('only models that are named are exchanged', () => {
  expect(modelsOf({ planner: ' ', builder: ' a/b ', tester: '' })).toEqual({ builder: 'a/b' });
  expect(modelsOf({ planner: '' })).toBeUndefined();
});

it('each key is another one', () => {
  expect(newKey()).not.toBe(newKey());
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
});

import { describe, expect, it } from 'vitest';
import { EMPTY, curl, fieldOf, keepDraft, keptDraft, requestOf, type Draft } from './draft';

const draft = (part: Partial<Draft>): Draft => ({ ...EMPTY, ...part });

describe('a draft becomes a request', () => {
  it.each<[string, Partial<Draft>, object]>([
    ['with nothing but its specification', { spec: 'a stack' }, { kind: 'pipeline', spec: 'a stack' }],
    [
      'with every option',
      { spec: 's', approval: true, repairs: '0', budget: '0,50', deadline: '10', deadlineUnit: 'H', noCache: true },
      { kind: 'pipeline', spec: 's', options: { approval: 'plan', maxRepairs: 0, budgetUsd: 0.5, deadline: 'PT10H', noCache: true } },
    ],
    ['with what is no number as it was typed', { spec: 's', budget: 'much' }, { kind: 'pipeline', spec: 's', options: { budgetUsd: 'much' } }],
    ['that changes the code of a job', { spec: 's', source: 'job', job: ' j1 ' }, { kind: 'pipeline', spec: 's', basedOn: 'j1' }],
    ['without the options that its kind refuses', { kind: 'plan', spec: 's', approval: true, repairs: '1' }, { kind: 'plan', spec: 's' }],
    ['that builds a plan', { kind: 'build', source: 'plan', plan: '{"steps":[]}' }, { kind: 'build', plan: { steps: [] } }],
    ['that builds a plan which is no JSON', { kind: 'build', source: 'plan', plan: '{' }, { kind: 'build', plan: '{' }],
    ['that builds from a job where nothing else was chosen', { kind: 'build', job: 'j1' }, { kind: 'build', job: 'j1' }],
    [
      'that runs tests over files',
      { kind: 'test', source: 'files', files: [{ path: 'a.py', content: '' }] },
      { kind: 'test', files: [{ path: 'a.py', content: '' }] },
    ],
    [
      'that asks other models',
      { kind: 'replay', job: 'j1', models: { planner: '', builder: 'openai/x', tester: ' ' } },
      { kind: 'replay', job: 'j1', models: { builder: 'openai/x' } },
    ],
    ['that retries', { kind: 'retry', job: 'j1', from: 'test', spec: 'left over' }, { kind: 'retry', job: 'j1', from: 'test' }],
  ])('%s', (_, part, request) => {
    expect(requestOf(draft(part))).toEqual(request);
  });

  it('that a shell takes as it is', () => {
    expect(curl('http://h', { spec: "it's" })).toContain(`-d '{"spec":"it'\\''s"}'`);
  });
});

describe('an error', () => {
  it('belongs to the field at or above its place', () => {
    expect(['/spec', '/files/0/path', '/options/budgetUsd', '/metadata/x', '', '/specx'].map(fieldOf)).toEqual([
      '/spec', '/files', '/options/budgetUsd', undefined, undefined, undefined,
    ]);
  });
});

describe('a draft that was left', () => {
  it('is there again, but for its files', () => {
    keepDraft(draft({ spec: 'a stack', files: [{ path: 'a', content: 'b' }] }));

    expect(keptDraft()).toEqual(draft({ spec: 'a stack' }));
  });

  it('and cannot be read is an empty one', () => {
    localStorage.setItem('nexus.draft', '{');

    expect(keptDraft()).toEqual(EMPTY);
  });
});

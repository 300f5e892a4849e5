import { useEffect, useId, useMemo, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import type { Problem, Stage } from '../api';
import { toJob } from '../route';
import { Button } from '../ui/Button';
import { CopyButton } from '../ui/CopyButton';
import { Errors, Field } from '../ui/Field';
import { Page } from '../ui/Page';
import { ProblemView, problemFrom } from '../ui/ProblemView';
import { bytes, utf8 } from '../ui/format';
import {
  AGENTS, EMPTY, TAKES, curl, fieldOf, keepDraft, keptDraft, requestOf, sourceOf, type Draft, type FieldPointer, type Kind,
  type Source,
} from './draft';
import { Files } from './Files';
import { JobPicker } from './JobPicker';
import { SAMPLES } from './samples';
import { submit } from './submission';
import './new-job.css';

const SPEC_BYTES = 65_536;
const REPAIRS = [0, 1, 2, 3, 4, 5];

const KINDS: [kind: Kind, name: string, what: string][] = [
  ['pipeline', 'Whole chain', 'plan, build, test'],
  ['plan', 'Plan', 'the plan alone'],
  ['build', 'Build', 'the code of a plan'],
  ['test', 'Test', 'tests, really run'],
  ['replay', 'Replay', 'with other models'],
  ['retry', 'Retry', 'from a stage on'],
];

const SOURCES: Record<Source, string> = {
  nothing: 'Start from nothing',
  job: 'A finished job',
  files: 'Files',
  plan: 'A plan, as JSON',
};

const AGENT_NAMES = { planner: 'Planner', builder: 'Builder', tester: 'Tester' };

/** Where a job is described. What is wrong with it the gateway says, and it is shown at its field. */
export function NewJobPage({ query }: { query: URLSearchParams }) {
  const [draft, setDraft] = useState<Draft>(() => fromAddress(query, keptDraft()));
  const [mine, setMine] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => keepDraft(draft), [draft]);
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [problem]);

  const takes = TAKES[draft.kind];
  const source = sourceOf(draft);
  const request = useMemo(() => requestOf(draft), [draft]);
  const errors = useMemo(() => atFields(problem), [problem]);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const wrong = (...fields: FieldPointer[]) => fields.flatMap((field) => errors.get(field) ?? []);

  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    if (sending.current) {
      return; // a second click on the way
    }
    sending.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      const job = await submit(request);
      keepDraft({ ...draft, spec: '', plan: '', files: [] });
      window.location.hash = toJob(job.id);
    } catch (failure) {
      setProblem(problemFrom(failure));
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    }
  };
  const take = (spec: string) => {
    if (!SAMPLES.some((sample) => sample.spec === draft.spec)) {
      setMine(draft.spec.trim() === '' ? mine : draft.spec);
    }
    change({ spec });
  };

  return (
    <Page title="New job">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter, wherever one is in it */}
      <form ref={form} className="new-job" onSubmit={send} onKeyDown={pressed} noValidate>
        <h1>New job</h1>
        <KindChoice kind={draft.kind} onChange={(kind) => change({ kind })} />
        <div className="new-job-main">
          {takes.spec !== 'no' && (
            <section className="card spec-editor">
              <Field
                label={takes.spec === 'needed' ? 'What should be built?' : 'What the code should do (tests are written from it if there are none)'}
                errors={wrong('/spec')}
              >
                {(tied) => (
                  <textarea
                    {...tied}
                    rows={10}
                    spellCheck
                    placeholder="In plain language: what it does, what it is given, what it returns, what it refuses."
                    value={draft.spec}
                    onChange={(event) => change({ spec: event.target.value })}
                  />
                )}
              </Field>
              <div className="under-spec">
                <Size spec={draft.spec} />
              </div>
              <div className="samples" role="group" aria-label="Samples">
                <span className="hint">Samples</span>
                {mine !== '' && mine !== draft.spec && (
                  <Button onClick={() => change({ spec: mine })}>↩ Back to mine</Button>
                )}
                {SAMPLES.map((sample) => (
                  <Button key={sample.title} aria-pressed={draft.spec === sample.spec} onClick={() => take(sample.spec)}>
                    {sample.title}
                  </Button>
                ))}
              </div>
            </section>
          )}
          {takes.sources.length > 0 && (
            <section className="card source">
              {takes.sources.length > 1 && (
                <Choice
                  legend={draft.kind === 'pipeline' ? 'Code that is there already' : 'From'}
                  name="source"
                  value={source}
                  options={takes.sources.map((each) => [each, SOURCES[each]])}
                  onChange={(chosen) => change({ source: chosen })}
                />
              )}
              {source === 'job' && (
                <JobPicker
                  label={draft.kind === 'pipeline' ? 'Change the code of job' : 'Job'}
                  value={draft.job}
                  errors={wrong('/job', '/basedOn')}
                  onChange={(job) => change({ job })}
                />
              )}
              {source === 'files' && (
                <Files files={draft.files} errors={wrong('/files')} onChange={(files) => change({ files })} />
              )}
              {source === 'plan' && (
                <Field label="Plan" hint="As GET /jobs/ID shows one." errors={wrong('/plan')}>
                  {(tied) => (
                    <textarea
                      {...tied}
                      className="mono"
                      rows={12}
                      spellCheck={false}
                      value={draft.plan}
                      onChange={(event) => change({ plan: event.target.value })}
                    />
                  )}
                </Field>
              )}
              {draft.kind === 'retry' && (
                <Choice<Stage>
                  legend="Begin with"
                  name="from"
                  value={draft.from}
                  options={[['plan', 'the plan, anew'], ['build', 'the build, of its plan'], ['test', 'the tests, of its files']]}
                  errors={wrong('/from')}
                  onChange={(from) => change({ from })}
                />
              )}
            </section>
          )}
          <details className="card terminal">
            <summary>The same from a terminal</summary>
            <div className="terminal-code">
              <textarea className="mono" aria-label="Command" readOnly rows={4} value={curl(window.location.origin, request)} />
              <CopyButton text={curl(window.location.origin, request)} />
            </div>
          </details>
        </div>
        <aside className="new-job-side" aria-label="Options">
          <section className="card job-options">
            {draft.kind === 'replay' && (
              <fieldset className="models">
                <legend className="field-label">Models</legend>
                {AGENTS.map((agent) => (
                  <Field key={agent} label={AGENT_NAMES[agent]} errors={wrong(`/models/${agent}`)}>
                    {(tied) => (
                      <input
                        {...tied}
                        spellCheck={false}
                        placeholder="as configured"
                        value={draft.models[agent]}
                        onChange={(event) => change({ models: { ...draft.models, [agent]: event.target.value } })}
                      />
                    )}
                  </Field>
                ))}
                <p className="hint">
                  As provider/model, or several with commas between them, asked in turn. What was asked before and is not changed
                  is not paid for again.
                </p>
              </fieldset>
            )}
            {takes.approval && (
              <div className="field">
                <label className="check">
                  <input type="checkbox" checked={draft.approval} onChange={(event) => change({ approval: event.target.checked })} />
                  Ask me about the plan first
                </label>
                <Errors errors={wrong('/options/approval')} />
              </div>
            )}
            {takes.repairs && (
              <Field label="Repair rounds" hint="How often the code is mended when tests fail." errors={wrong('/options/maxRepairs')}>
                {(tied) => (
                  <select {...tied} value={draft.repairs} onChange={(event) => change({ repairs: event.target.value })}>
                    <option value="">{draft.kind === 'pipeline' ? 'Default (2)' : 'As that job had'}</option>
                    {REPAIRS.map((rounds) => (
                      <option key={rounds} value={rounds}>
                        {rounds === 0 ? 'None' : `At most ${rounds}`}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            <Field label="Budget, US dollars" hint="No model call is made that might exceed it." errors={wrong('/options/budgetUsd')}>
              {(tied) => (
                <input
                  {...tied}
                  inputMode="decimal"
                  autoComplete="off"
                  placeholder="no limit of its own"
                  value={draft.budget}
                  onChange={(event) => change({ budget: event.target.value })}
                />
              )}
            </Field>
            <Field label="Deadline" hint="A job that is not done by then fails." errors={wrong('/options/deadline')}>
              {(tied) => (
                <span className="with-unit">
                  <input
                    {...tied}
                    inputMode="numeric"
                    autoComplete="off"
                    placeholder="as configured"
                    value={draft.deadline}
                    onChange={(event) => change({ deadline: event.target.value })}
                  />
                  <select
                    aria-label="Unit of the deadline"
                    value={draft.deadlineUnit}
                    onChange={(event) => change({ deadlineUnit: event.target.value === 'H' ? 'H' : 'M' })}
                  >
                    <option value="M">minutes</option>
                    <option value="H">hours</option>
                  </select>
                </span>
              )}
            </Field>
            {takes.noCache && (
              <div className="field">
                <label className="check">
                  <input type="checkbox" checked={draft.noCache} onChange={(event) => change({ noCache: event.target.checked })} />
                  Make a fresh plan, none from the cache
                </label>
                <Errors errors={wrong('/options/noCache')} />
              </div>
            )}
            {draft.kind !== 'replay' && <p className="hint models-hint">Models are those of the agents&apos; settings; a replay exchanges them.</p>}
          </section>
          {problem !== undefined && (
            <ProblemView problem={problem} shownAtFields={new Set((problem.errors ?? []).map((each) => each.pointer).filter(fieldOf))}>
              {problem.jobId !== undefined && (
                <p>
                  It may have become <a href={toJob(problem.jobId)}>this job</a>; to submit again does no harm.
                </p>
              )}
            </ProblemView>
          )}
          <Button type="submit" look="primary" className="submit" busy={busy}>
            {busy ? 'On its way…' : 'Submit'}
            <span className="submit-keys" aria-hidden="true">
              Ctrl ↵
            </span>
          </Button>
          <Button look="quiet" onClick={() => setDraft(EMPTY)}>
            Clear everything
          </Button>
        </aside>
      </form>
    </Page>
  );
}

/** A link may say what the job is based on: `#/new?kind=retry&job=ID`. */
function fromAddress(query: URLSearchParams, kept: Draft): Draft {
  const job = query.get('job');
  const kind = KINDS.find(([each]) => each === query.get('kind'))?.[0];
  return {
    ...kept,
    ...(kind !== undefined && { kind }),
    ...(job !== null && { job, source: 'job' as const }),
  };
}

function atFields(problem: Problem | undefined): ReadonlyMap<FieldPointer, string[]> {
  const found = new Map<FieldPointer, string[]>();
  for (const { pointer, detail } of problem?.errors ?? []) {
    const field = fieldOf(pointer);
    if (field !== undefined) {
      const place = pointer === field ? '' : `${pointer.slice(field.length)} `;
      found.set(field, [...(found.get(field) ?? []), place + detail]);
    }
  }
  return found;
}

function Size({ spec }: { spec: string }) {
  const size = utf8(spec);
  return (
    <span className={`tabular hint${size > SPEC_BYTES ? ' too-large' : ''}`}>
      {bytes(size)} of {bytes(SPEC_BYTES)}
    </span>
  );
}

function KindChoice({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  return (
    <fieldset className="kinds">
      <legend className="visually-hidden">Kind of job</legend>
      {KINDS.map(([each, name, what]) => (
        <label key={each} className={each === kind ? 'chosen' : undefined}>
          <input type="radio" name="kind" value={each} checked={each === kind} onChange={() => onChange(each)} />
          <strong>{name}</strong>
          <span className="hint">{what}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  options: readonly (readonly [T, string])[];
  errors?: readonly string[];
  onChange: (value: T) => void;
}

function Choice<T extends string>({ legend, name, value, options, errors = [], onChange }: ChoiceProps<T>) {
  const id = useId();
  return (
    <fieldset className="choice" aria-describedby={errors.length > 0 ? id : undefined}>
      <legend className="field-label">{legend}</legend>
      {options.map(([each, text]) => (
        <label key={each} className="check">
          <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
          {text}
        </label>
      ))}
      <Errors id={id} errors={errors} />
    </fieldset>
  );
}

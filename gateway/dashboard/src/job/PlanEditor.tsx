import { useState } from 'react';
import type { Plan, Problem } from '../api';
import { Button } from '../ui/Button';
import { Errors, Field } from '../ui/Field';
import { ProblemView, problemFrom } from '../ui/ProblemView';
import { planFromJson, planProblems, serverProblem, type PlanProblem } from './planRules';
import type { PlanModule } from './types';

interface Props {
  plan: Plan;
  send: (plan: Plan) => Promise<void>;
  cancel: () => void;
}

/** A plan, to be changed in fields or as JSON, and checked as the server does before it is sent. */
export function PlanEditor({ plan, send, cancel }: Props) {
  const [draft, setDraft] = useState(plan);
  const [json, setJson] = useState<string>();
  const [refused, setRefused] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  const parsed = json === undefined ? tidy(draft) : planFromJson(json);
  const own: PlanProblem[] = typeof parsed === 'string' ? [{ at: '', detail: parsed }] : planProblems(parsed);
  const theirs = (refused?.errors ?? []).map(serverProblem);
  const problems = own.length > 0 ? own : theirs;
  const change = (next: Plan) => {
    setDraft(next);
    setRefused(undefined);
  };
  const submit = () => {
    if (typeof parsed === 'string' || own.length > 0) {
      return;
    }
    setBusy(true);
    setRefused(undefined);
    send(parsed)
      .catch((failure: unknown) => setRefused(problemFrom(failure)))
      .finally(() => setBusy(false));
  };
  return (
    <form
      className="plan-editor"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="runs" role="group" aria-label="Edit">
        <button
          type="button"
          aria-pressed={json === undefined}
          aria-disabled={typeof parsed === 'string'}
          onClick={() => {
            if (typeof parsed !== 'string') {
              setDraft(parsed);
              setJson(undefined);
            }
          }}
        >
          In fields
        </button>
        <button type="button" aria-pressed={json !== undefined} onClick={() => setJson((now) => now ?? JSON.stringify(tidy(draft), null, 2))}>
          As JSON
        </button>
      </div>
      {json === undefined ? (
        <Fields plan={draft} change={change} problems={problems} />
      ) : (
        <Field label="The plan as JSON">
          {(tied) => (
            <textarea
              {...tied}
              className="json"
              rows={24}
              spellCheck={false}
              value={json}
              aria-invalid={own.length > 0 || undefined}
              onChange={(event) => {
                setJson(event.target.value);
                setRefused(undefined);
              }}
            />
          )}
        </Field>
      )}
      <div role="status">
        {problems.length > 0 && (
          <ul className="plan-problems">
            {problems.map((problem, i) => (
              <li key={i}>
                {problem.at !== '' && <code>{problem.at}</code>} {problem.detail}
              </li>
            ))}
          </ul>
        )}
      </div>
      {refused !== undefined && <ProblemView problem={refused} shownAtFields={new Set(refused.errors?.map((error) => error.pointer))} />}
      <div className="actions">
        <Button type="submit" look="primary" busy={busy} disabled={own.length > 0}>
          Approve as edited
        </Button>
        <Button onClick={cancel}>Back to the plan as it was</Button>
      </div>
    </form>
  );
}

/** Without the empty lines that are there while one types. */
const tidy = (draft: Plan): Plan => ({
  ...draft,
  steps: draft.steps.map((step) => ({ ...step, files: step.files.map((path) => path.trim()).filter(Boolean) })),
});

interface FieldsProps {
  plan: Plan;
  change: (plan: Plan) => void;
  problems: readonly PlanProblem[];
}

function Fields({ plan, change, problems }: FieldsProps) {
  const at = (place: string) => problems.filter((problem) => problem.at === place).map((problem) => problem.detail);
  const setStep = (index: number, more: Partial<Plan['steps'][number]>) =>
    change({ ...plan, steps: plan.steps.map((step, i) => (i === index ? { ...step, ...more } : step)) });
  const rename = (index: number, id: string) => {
    const before = plan.steps[index]?.id;
    change({
      ...plan,
      steps: plan.steps.map((step, i) => ({
        ...step,
        ...(i === index && { id }),
        dependsOn: (step.dependsOn ?? []).map((need) => (need === before ? id : need)),
      })),
    });
  };
  const remove = (index: number) => {
    const gone = plan.steps[index]?.id;
    change({
      ...plan,
      steps: plan.steps.filter((_, i) => i !== index).map((step) => ({ ...step, dependsOn: (step.dependsOn ?? []).filter((need) => need !== gone) })),
    });
  };
  const setModule = (index: number, module: PlanModule | undefined) =>
    change({
      ...plan,
      interface: (plan.interface ?? []).flatMap((each, i) => (i !== index ? [each] : module === undefined ? [] : [module])),
    });
  return (
    <>
      <Field label="Summary" errors={at('/summary')}>
        {(tied) => <textarea {...tied} rows={2} value={plan.summary} onChange={(event) => change({ ...plan, summary: event.target.value })} />}
      </Field>
      <h3>Steps</h3>
      {plan.steps.map((step, i) => (
        <fieldset key={i} className="card">
          <legend>Step {i + 1}</legend>
          <div className="field-row">
            <Field label="Id" errors={at(`/steps/${i}/id`)}>
              {(tied) => <input {...tied} value={step.id} spellCheck={false} onChange={(event) => rename(i, event.target.value)} />}
            </Field>
            <Field label="Title" errors={at(`/steps/${i}/title`)}>
              {(tied) => <input {...tied} value={step.title} onChange={(event) => setStep(i, { title: event.target.value })} />}
            </Field>
          </div>
          <Field label="Files, one on a line" errors={at(`/steps/${i}/files`)}>
            {(tied) => (
              <textarea
                {...tied}
                rows={Math.max(2, step.files.length)}
                spellCheck={false}
                value={step.files.join('\n')}
                onChange={(event) => setStep(i, { files: event.target.value.split('\n') })}
              />
            )}
          </Field>
          {plan.steps.length > 1 && (
            <fieldset className="needs">
              <legend>Goes on from</legend>
              {plan.steps.map(
                (other, j) =>
                  j !== i && (
                    <label key={j} className="check">
                      <input
                        type="checkbox"
                        checked={(step.dependsOn ?? []).includes(other.id)}
                        onChange={(event) =>
                          setStep(i, {
                            dependsOn: event.target.checked ? [...(step.dependsOn ?? []), other.id] : (step.dependsOn ?? []).filter((id) => id !== other.id),
                          })
                        }
                      />{' '}
                      {other.title || other.id}
                    </label>
                  ),
              )}
              <Errors errors={at(`/steps/${i}/dependsOn`)} />
            </fieldset>
          )}
          <Button look="danger" onClick={() => remove(i)}>
            Remove this step
          </Button>
        </fieldset>
      ))}
      <Button onClick={() => change({ ...plan, steps: [...plan.steps, { id: freeId(plan), title: '', files: [], dependsOn: [] }] })}>Add a step</Button>
      <h3>Public interface</h3>
      {(plan.interface ?? []).map((module, i) => (
        <ModuleFields key={i} module={module} change={(next) => setModule(i, next)} />
      ))}
      <Button onClick={() => change({ ...plan, interface: [...(plan.interface ?? []), { name: '', functions: [] }] })}>Add a module</Button>
    </>
  );
}

function ModuleFields({ module, change }: { module: PlanModule; change: (module: PlanModule | undefined) => void }) {
  const functions = module.functions ?? [];
  const set = (index: number, more: Partial<(typeof functions)[number]>) =>
    change({ ...module, functions: functions.map((each, i) => (i === index ? { ...each, ...more } : each)) });
  return (
    <fieldset className="card">
      <legend>Module {module.name}</legend>
      <Field label="Name">
        {(tied) => <input {...tied} value={module.name} spellCheck={false} onChange={(event) => change({ ...module, name: event.target.value })} />}
      </Field>
      {functions.map((each, i) => (
        <details key={i} className="function-fields">
          <summary>
            <code>{each.signature || each.name || 'new'}</code>
          </summary>
          <div className="field-row">
            <Field label="Name">
              {(tied) => <input {...tied} value={each.name} spellCheck={false} onChange={(event) => set(i, { name: event.target.value })} />}
            </Field>
            <Field label="Signature">
              {(tied) => <input {...tied} value={each.signature} spellCheck={false} onChange={(event) => set(i, { signature: event.target.value })} />}
            </Field>
          </div>
          <Field label="What it returns and raises; every rule and edge case">
            {(tied) => <textarea {...tied} rows={2} value={each.description ?? ''} onChange={(event) => set(i, { description: event.target.value })} />}
          </Field>
          <Button look="danger" onClick={() => change({ ...module, functions: functions.filter((_, j) => j !== i) })}>
            Remove
          </Button>
        </details>
      ))}
      <div className="actions">
        <Button onClick={() => change({ ...module, functions: [...functions, { name: '', signature: '' }] })}>Add a function</Button>
        <Button look="danger" onClick={() => change(undefined)}>
          Remove this module
        </Button>
      </div>
    </fieldset>
  );
}

function freeId(plan: Plan): string {
  const taken = new Set(plan.steps.map((step) => step.id));
  let number = plan.steps.length + 1;
  while (taken.has(`step-${number}`)) {
    number++;
  }
  return `step-${number}`;
}

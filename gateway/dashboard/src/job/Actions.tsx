import { useState } from 'react';
import { postJson, request, type Job, type Problem, type Stage } from '../api';
import { toJob } from '../route';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Field } from '../ui/Field';
import { plural, utf8 } from '../ui/format';
import { ProblemView, problemFrom } from '../ui/ProblemView';
import { isFinal } from './chain';
import { likelyStage, modelsOf, newKey, optionProblems, optionsOf, stagesOf, type TypedOptions } from './requests';

type Question = 'cancel' | 'retry' | 'replay' | 'change' | 'delete';

interface Props {
  job: Job;
  take: (job: Job) => void;
}

/** What can be done with a job as it is now. */
export function Actions({ job, take }: Props) {
  const [question, setQuestion] = useState<Question>();
  const close = () => setQuestion(undefined);
  const isChangeable = job.kind !== 'plan' && job.artefacts.length > 0;
  return (
    <div className="actions job-actions">
      {isFinal(job.status) ? (
        <>
          <Button onClick={() => setQuestion('retry')}>Retry…</Button>
          <Button onClick={() => setQuestion('replay')}>Replay…</Button>
          {isChangeable && <Button onClick={() => setQuestion('change')}>Change this…</Button>}
          <Button look="danger" onClick={() => setQuestion('delete')}>
            Delete…
          </Button>
        </>
      ) : (
        <Button look="danger" onClick={() => setQuestion('cancel')}>
          Cancel…
        </Button>
      )}
      {question === 'cancel' && <Cancel job={job} close={close} take={take} />}
      {question === 'delete' && <Delete job={job} close={close} />}
      {question === 'retry' && <Retry job={job} close={close} />}
      {question === 'replay' && <Replay job={job} close={close} />}
      {question === 'change' && <Change job={job} close={close} />}
    </div>
  );
}

/** Sends something once at a time; what was refused is shown until the next try. */
function useSending(): { busy: boolean; problem: Problem | undefined; send: (what: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const send = (what: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    what()
      .catch((failure: unknown) => setProblem(problemFrom(failure)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, send };
}

interface QuestionProps {
  job: Job;
  close: () => void;
}

function Cancel({ job, close, take }: QuestionProps & { take: (job: Job) => void }) {
  const { busy, problem, send } = useSending();
  const cancel = async () => {
    take(await postJson<Job>(`/jobs/${job.id}/cancel`));
    close();
  };
  return (
    <Dialog title="Cancel this job?" onClose={close}>
      <p>Models and tests that run are stopped at once. Files so far stay, and the job can be retried.</p>
      {problem !== undefined && <ProblemView problem={problem} />}
      <div className="actions">
        <Button look="danger" busy={busy} onClick={() => send(cancel)}>
          Cancel the job
        </Button>
        <Button onClick={close}>Let it go on</Button>
      </div>
    </Dialog>
  );
}

function Delete({ job, close }: QuestionProps) {
  const { busy, problem, send } = useSending();
  const remove = async () => {
    await request(`/jobs/${job.id}`, { method: 'DELETE' });
    close();
    window.location.assign('#/jobs');
  };
  return (
    <Dialog title="Delete this job?" onClose={close}>
      <p>It is hidden at once and for good, with its files. Its bytes leave the log later.</p>
      {problem !== undefined && <ProblemView problem={problem} />}
      <div className="actions">
        <Button look="danger" busy={busy} onClick={() => send(remove)}>
          Delete the job
        </Button>
        <Button onClick={close}>Keep it</Button>
      </div>
    </Dialog>
  );
}

const STAGES: Record<Stage, string> = {
  plan: 'Plan: everything anew from the specification',
  build: 'Build: with the plan that it had',
  test: 'Test: run its tests over its files, repair as usual',
};

const NOTHING_TYPED: TypedOptions = { maxRepairs: '', budgetUsd: '', approval: false };

function Retry({ job, close }: QuestionProps) {
  const [from, setFrom] = useState<Stage>(() => likelyStage(job));
  const form = useNewJob(close);
  const options = optionsOf(form.typed);
  return (
    <Dialog title="Retry this job" onClose={close}>
      <form {...form.submitting(() => postJson<Job>(`/jobs/${job.id}/retry`, { from, ...(options && { options }) }, form.headers))}>
        <fieldset className="choices">
          <legend>From</legend>
          {stagesOf(job).map((stage) => (
            <label key={stage} className="check">
              <input type="radio" name="from" checked={from === stage} onChange={() => setFrom(stage)} /> {STAGES[stage]}
            </label>
          ))}
        </fieldset>
        <Options job={job} typed={form.typed} change={form.change} withApproval={job.kind === 'pipeline' && from !== 'test'} />
        <Foot form={form} close={close} word="Retry" />
      </form>
    </Dialog>
  );
}

const MODEL_CHARS = 200;
const AGENTS = ['planner', 'builder', 'tester'] as const;

function Replay({ job, close }: QuestionProps) {
  const [models, setModels] = useState<Record<string, string>>({});
  const form = useNewJob(close);
  const options = optionsOf(form.typed);
  const chosen = modelsOf(models);
  const body = { kind: 'replay', job: job.id, ...(chosen && { models: chosen }), ...(options && { options }) };
  return (
    <Dialog title="Replay this job" onClose={close}>
      <p>It runs again. What was asked before gets the reply that is on record; what you exchange is asked anew, and paid for.</p>
      <form {...form.submitting(() => postJson<Job>('/jobs', body, form.headers))}>
        {AGENTS.map((agent) => (
          <Field key={agent} label={`Model of the ${agent}`}>
            {(tied) => (
              <input
                {...tied}
                value={models[agent] ?? ''}
                placeholder="as it was; or provider/model"
                maxLength={MODEL_CHARS}
                spellCheck={false}
                autoCapitalize="off"
                onChange={(event) => setModels((before) => ({ ...before, [agent]: event.target.value }))}
              />
            )}
          </Field>
        ))}
        <Options job={job} typed={form.typed} change={form.change} withApproval={false} />
        <Foot form={form} close={close} word="Replay" />
      </form>
    </Dialog>
  );
}

const SPEC_BYTES = 65_536;

function Change({ job, close }: QuestionProps) {
  const [spec, setSpec] = useState('');
  const form = useNewJob(close);
  const options = optionsOf(form.typed);
  const size = utf8(spec);
  const isFit = spec.trim() !== '' && size <= SPEC_BYTES;
  return (
    <Dialog title="Change what this job has made" onClose={close}>
      <p>
        A new job sees its {plural(job.artefacts.length, 'file')}. What no step of its plan names stays as it is; the tests that are there run beside the new ones.
      </p>
      <form {...form.submitting(() => postJson<Job>('/jobs', { spec, basedOn: job.id, ...(options && { options }) }, form.headers), isFit)}>
        <Field label="What is to be different?" errors={size > SPEC_BYTES ? [`has ${size} bytes in UTF-8, the limit is ${SPEC_BYTES}; shorten it`] : []}>
          {(tied) => <textarea {...tied} rows={5} required value={spec} placeholder="Add a function that …" onChange={(event) => setSpec(event.target.value)} />}
        </Field>
        <Options job={job} typed={form.typed} change={form.change} withApproval />
        <Foot form={form} close={close} word="Make the change" isFit={isFit} />
      </form>
    </Dialog>
  );
}

interface NewJobForm {
  typed: TypedOptions;
  change: (typed: TypedOptions) => void;
  headers: Record<string, string>;
  busy: boolean;
  problem: Problem | undefined;
  submitting: (post: () => Promise<Job>, isFit?: boolean) => { onSubmit: (event: React.FormEvent) => void };
}

/** What all dialogs share that make a job: options, one key for all tries, and the way to the new job. */
function useNewJob(close: () => void): NewJobForm {
  const [typed, change] = useState(NOTHING_TYPED);
  const [key, setKey] = useState(newKey);
  const { busy, problem, send } = useSending();
  const submitting = (post: () => Promise<Job>, isFit = true) => ({
    onSubmit: (event: React.FormEvent) => {
      event.preventDefault();
      if (!isFit || busy || Object.keys(optionProblems(typed)).length > 0) {
        return;
      }
      send(async () => {
        try {
          const job = await post();
          close();
          window.location.assign(toJob(job.id));
        } catch (failure) {
          const status = problemFrom(failure).status;
          if (status >= 400 && status < 500) {
            setKey(newKey()); // it was refused for what it is; mended it is another request
          }
          throw failure;
        }
      });
    },
  });
  return { typed, change, headers: { 'Idempotency-Key': key }, busy, problem, submitting };
}

function Foot({ form, close, word, isFit = true }: { form: NewJobForm; close: () => void; word: string; isFit?: boolean }) {
  return (
    <>
      {form.problem !== undefined && <ProblemView problem={form.problem} />}
      <div className="actions">
        <Button type="submit" look="primary" busy={form.busy} disabled={!isFit || Object.keys(optionProblems(form.typed)).length > 0}>
          {word}
        </Button>
        <Button onClick={close}>Back</Button>
      </div>
    </>
  );
}

const listed = (problem: string | undefined): string[] => (problem === undefined ? [] : [problem]);

interface OptionsProps {
  job: Job;
  typed: TypedOptions;
  change: (typed: TypedOptions) => void;
  withApproval: boolean;
}

function Options({ job, typed, change, withApproval }: OptionsProps) {
  const problems = optionProblems(typed);
  return (
    <details className="job-options">
      <summary>Options</summary>
      <div className="field-row">
        <Field label="Repair rounds" errors={listed(problems.maxRepairs)}>
          {(tied) => (
            <input {...tied} inputMode="numeric" placeholder={`${job.options.maxRepairs ?? 2}, as before`} value={typed.maxRepairs} onChange={(event) => change({ ...typed, maxRepairs: event.target.value })} />
          )}
        </Field>
        <Field label="Budget in US dollars" errors={listed(problems.budgetUsd)}>
          {(tied) => (
            <input {...tied} inputMode="decimal" placeholder={job.options.budgetUsd === undefined ? 'none' : `${job.options.budgetUsd}, as before`} value={typed.budgetUsd} onChange={(event) => change({ ...typed, budgetUsd: event.target.value })} />
          )}
        </Field>
      </div>
      {withApproval && (
        <label className="check">
          <input type="checkbox" checked={typed.approval} onChange={(event) => change({ ...typed, approval: event.target.checked })} /> show me the plan before it is built
        </label>
      )}
    </details>
  );
}

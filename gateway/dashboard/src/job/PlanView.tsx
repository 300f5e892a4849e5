import { useState } from 'react';
import { ApiError, postJson, type Job, type Plan, type Problem } from '../api';
import { toJob } from '../route';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { EmptyState } from '../ui/EmptyState';
import { Field } from '../ui/Field';
import { ProblemView, problemFrom } from '../ui/ProblemView';
import { Time } from '../ui/Time';
import { isFinal } from './chain';
import { PlanEditor } from './PlanEditor';

interface Props {
  job: Job;
  take: (job: Job) => void;
  refresh: () => void;
}

const REASON_CHARS = 500;

/** The plan; while the job waits for it, with the answers that a human may give. */
export function PlanView({ job, take, refresh }: Props) {
  const [isEditing, setEditing] = useState(false);
  const isAsked = job.status === 'awaiting_approval' && job.planHash !== undefined;
  const answer = async (path: 'approve' | 'reject', more: object) => {
    try {
      take(await postJson<Job>(`/jobs/${job.id}/${path}`, { planHash: job.approval?.planHash ?? job.planHash, ...more }));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 409) {
        refresh(); // someone else was first
      }
      throw failure;
    }
  };
  if (job.plan === undefined) {
    return (
      <EmptyState title="No plan yet">{isFinal(job.status) ? 'This job ended before it had one.' : 'The planner is at work; the plan comes here.'}</EmptyState>
    );
  }
  return (
    <div className="plan">
      {isAsked && !isEditing && <Asked answer={answer} edit={() => setEditing(true)} />}
      {job.approval !== undefined && job.approval.status !== 'awaited' && (
        <p className="muted">
          {job.approval.status === 'approved' ? 'Approved' : 'Rejected'}
          {job.approval.edited && ', edited'}
          {job.approval.answeredAt !== undefined && (
            <>
              {' '}
              <Time at={job.approval.answeredAt} />
            </>
          )}
          {job.approval.reason !== undefined && <>: {job.approval.reason}</>}
        </p>
      )}
      {isEditing && isAsked ? (
        <PlanEditor plan={job.plan} send={(plan) => answer('approve', { plan })} cancel={() => setEditing(false)} />
      ) : (
        <PlanText plan={job.plan} jobId={job.id} written={new Set(job.artefacts.map((file) => file.path))} />
      )}
    </div>
  );
}

interface AskedProps {
  answer: (path: 'approve' | 'reject', more: object) => Promise<void>;
  edit: () => void;
}

function Asked({ answer, edit }: AskedProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [isRejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState('');
  const give = (path: 'approve' | 'reject', more: object) => {
    setBusy(true);
    setProblem(undefined);
    answer(path, more)
      .then(() => setRejecting(false))
      .catch((failure: unknown) => setProblem(problemFrom(failure)))
      .finally(() => setBusy(false));
  };
  return (
    <div className="asked">
      <p>
        <strong>This job waits for you.</strong> Nothing is built until you approve the plan.
      </p>
      <div className="actions">
        <Button look="primary" busy={busy && !isRejecting} onClick={() => give('approve', {})}>
          Approve
        </Button>
        <Button onClick={edit}>Edit</Button>
        <Button look="danger" onClick={() => setRejecting(true)}>
          Reject…
        </Button>
      </div>
      {problem !== undefined && !isRejecting && <ProblemView problem={problem} />}
      {isRejecting && (
        <Dialog title="Reject this plan?" onClose={() => setRejecting(false)}>
          <p>The job ends. You can retry it from the plan.</p>
          <Field label="Reason (may be left out)">
            {(tied) => <textarea {...tied} rows={3} maxLength={REASON_CHARS} value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          {problem !== undefined && <ProblemView problem={problem} />}
          <div className="actions">
            <Button look="danger" busy={busy} onClick={() => give('reject', reason.trim() === '' ? {} : { reason: reason.trim() })}>
              Reject the plan
            </Button>
            <Button onClick={() => setRejecting(false)}>Back</Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function PlanText({ plan, jobId, written }: { plan: Plan; jobId: string; written: ReadonlySet<string> }) {
  const titles = new Map(plan.steps.map((step) => [step.id, step.title]));
  return (
    <>
      <p className="plan-summary">{plan.summary}</p>
      <h3>Steps</h3>
      <ol className="plan-steps">
        {plan.steps.map((step) => (
          <li key={step.id} className="card">
            <h4>
              {step.title} <code className="muted">{step.id}</code>
            </h4>
            <p>
              {step.files.map((path, i) => (
                <span key={path}>
                  {i > 0 && ', '}
                  {written.has(path) ? (
                    <a href={toJob(jobId, 'files', path)}>
                      <code>{path}</code>
                    </a>
                  ) : (
                    <code>{path}</code>
                  )}
                </span>
              ))}
            </p>
            {(step.dependsOn ?? []).length > 0 && <p className="muted">after {step.dependsOn?.map((id) => titles.get(id) ?? id).join(', ')}</p>}
          </li>
        ))}
      </ol>
      {(plan.interface ?? []).length > 0 && (
        <>
          <h3>Public interface</h3>
          {plan.interface?.map((module) => (
            <section key={module.name} className="plan-module" aria-label={module.name}>
              <h4>
                <code>{module.name}</code>
              </h4>
              <dl>
                {(module.functions ?? []).map((each) => (
                  <div key={each.name}>
                    <dt>
                      <code>{each.signature}</code>
                    </dt>
                    <dd>{each.description}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </>
      )}
    </>
  );
}

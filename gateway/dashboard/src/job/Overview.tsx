import type { Job } from '../api';
import { toJob } from '../route';
import { bytes, count, plural } from '../ui/format';
import { Money } from '../ui/Money';
import { ChainView, Fact } from './ChainView';
import { ErrorBox } from './ErrorBox';
import { Card } from './TestsView';
import { totalsOf } from './testList';
import type { Told } from './types';

const FILES_SHOWN = 8;

/** The job at a glance: what is wrong or wanted, the chain, and what came of it. */
export function Overview({ job, events }: { job: Job; events: readonly Told[] }) {
  return (
    <div className="overview">
      {job.error !== undefined && <ErrorBox error={job.error} title="This job failed" />}
      {job.notice !== undefined && job.error?.code !== 'scaffold_only' && <p className="notice">{job.notice}</p>}
      {job.status === 'awaiting_approval' && (
        <p className="asked">
          <strong>The plan is there, and waits for you.</strong> <a href={toJob(job.id, 'plan')}>Look at it, and approve, edit or reject it.</a>
        </p>
      )}
      <ChainView job={job} events={events} />
      <div className="worth">
        <Results job={job} />
        <Files job={job} />
        <Cost job={job} />
        <Details job={job} />
      </div>
    </div>
  );
}

function Results({ job }: { job: Job }) {
  if (job.report === undefined) {
    return null;
  }
  const totals = totalsOf(job.report);
  return (
    <Card title="Tests" value={`${totals.passed} of ${totals.all} passed`} share={totals.all === 0 ? 0 : totals.passed / totals.all}>
      <p>
        {job.report.mutation !== undefined && <>Mutation score {Math.round(job.report.mutation.score * 100)} %. </>}
        {job.testQuality !== undefined && (
          <>
            {job.testQuality.meaningful} of {job.testQuality.tests} are meaningful.{' '}
          </>
        )}
      </p>
      <p>
        <a href={toJob(job.id, 'tests')}>Test report</a>
        {job.rounds.some((round) => round.round > 0) && (
          <>
            {' · '}
            <a href={toJob(job.id, 'changes')}>{plural(job.rounds.length - 1, 'repair')}</a>
          </>
        )}
      </p>
    </Card>
  );
}

function Files({ job }: { job: Job }) {
  if (job.artefacts.length === 0) {
    return null;
  }
  const size = job.artefacts.reduce((sum, file) => sum + file.size, 0);
  return (
    <Card title="Files" value={plural(job.artefacts.length, 'file')}>
      <ul className="plain">
        {job.artefacts.slice(0, FILES_SHOWN).map((file) => (
          <li key={file.path}>
            <a href={toJob(job.id, 'files', file.path)}>{file.path}</a> <span className="muted">{bytes(file.size)}</span>
          </li>
        ))}
      </ul>
      {job.artefacts.length > FILES_SHOWN && <a href={toJob(job.id, 'files')}>and {job.artefacts.length - FILES_SHOWN} more</a>}
      <p>
        <a href={`/jobs/${job.id}/artefacts.zip`} download={`${job.id}.zip`}>
          Download all
        </a>{' '}
        <span className="muted">{bytes(size)}</span>
      </p>
    </Card>
  );
}

function Cost({ job }: { job: Job }) {
  const { usage } = job;
  const budget = job.options.budgetUsd;
  return (
    <Card title="Cost" value={<Money usd={usage.costUsd} />} {...(budget !== undefined && { share: usage.costUsd / budget })}>
      {budget !== undefined && (
        <p>
          of a budget of <Money usd={budget} />
        </p>
      )}
      <p>
        <a href={toJob(job.id, 'calls')}>{plural(usage.calls, 'model call')}</a>
        {usage.reused > 0 && <>, {usage.reused} more from the record</>}
        <br />
        <span className="tabular">{count(usage.inputTokens)}</span> tokens in, <span className="tabular">{count(usage.outputTokens)}</span> out
      </p>
      {(usage.estimatedUsd ?? 0) > 0 && (
        <p className="muted">
          <Money usd={usage.estimatedUsd ?? 0} /> of it is an estimate.
        </p>
      )}
    </Card>
  );
}

function Details({ job }: { job: Job }) {
  const metadata = Object.entries(job.metadata);
  return (
    <section className="card" aria-label="Details">
      <h3>Details</h3>
      <dl className="facts">
        <Fact name="Repairs">at most {job.options.maxRepairs ?? 2}</Fact>
        {job.options.deadline !== undefined && <Fact name="Deadline">{job.options.deadline}</Fact>}
        {job.options.approval !== undefined && <Fact name="Approval">of the {job.options.approval}</Fact>}
        {job.options.noCache === true && <Fact name="Cache">not used</Fact>}
        {job.replay !== undefined && (
          <Fact name="Replay">
            {Object.entries(job.replay.models).map(([agent, model]) => `${agent}: ${model}`).join(', ') || 'with the same models'}
            {job.replay.prompts.length > 0 && `; prompts: ${job.replay.prompts.join(', ')}`}
          </Fact>
        )}
        {metadata.map(([key, value]) => (
          <Fact key={key} name={key}>
            {value}
          </Fact>
        ))}
        <Fact name="Id">
          <code className="wrap">{job.id}</code>
        </Fact>
      </dl>
    </section>
  );
}

import { useState } from 'react';
import { toJob } from '../route';
import { CopyButton } from '../ui/CopyButton';
import { count, duration, plural } from '../ui/format';
import { Money } from '../ui/Money';
import { ScrolledText } from './Scrolled';
import type { Calls, Spent } from './types';

/** Each model call: what was asked and answered, folded until it is wanted. */
export function CallsView({ jobId, calls, task }: { jobId: string; calls: Calls; task: string | undefined }) {
  const shown = task === undefined ? calls.calls : calls.calls.filter((call) => call.task === task);
  const millis = shown.reduce((sum, call) => sum + (call.durationMillis ?? 0), 0);
  return (
    <div className="calls">
      <p className="calls-sum">
        {task === undefined ? (
          <>
            {plural(calls.calls.length, 'call')}, <span className="tabular">{count(calls.usage.inputTokens)}</span> tokens in,{' '}
            <span className="tabular">{count(calls.usage.outputTokens)}</span> out, <Money usd={calls.usage.costUsd} />, {duration(millis)} of model time
          </>
        ) : (
          <>
            {plural(shown.length, 'call')} of <code>{task}</code>. <a href={toJob(jobId, 'calls')}>Show all</a>
          </>
        )}
      </p>
      {shown.length === 0 && <p className="muted">No model was asked yet.</p>}
      <ol>
        {shown.map((call, i) => (
          <li key={`${call.task}/${call.attempt}/${call.ordinal}/${i}`}>
            <CallView call={call} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function CallView({ call }: { call: Spent }) {
  const [isOpen, setOpen] = useState(false);
  const isCharge = call.type !== 'model.call';
  return (
    <details className="call" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="call-task">
          <code>{call.task}</code>
          {call.ordinal > 1 && <span className="muted"> question {call.ordinal}</span>}
          {call.attempt > 1 && <span className="node-attempt">attempt {call.attempt}</span>}
        </span>
        <span className="call-model">{call.model}</span>
        <span className="tabular">
          {count(call.usage.inputTokens)} → {count(call.usage.outputTokens)} <span className="muted">tokens</span>
        </span>
        <Money usd={call.usage.costUsd} />
        <span className="tabular">{call.durationMillis === undefined ? '' : duration(call.durationMillis)}</span>
        <span className="call-notes">
          {isCharge && <em className="tone-bad">no reply: {call.reason}</em>}
          {call.usage.reused > 0 && <em>reused</em>}
          {call.stop !== undefined && call.stop !== 'end' && <em className="tone-bad">stopped: {call.stop}</em>}
        </span>
      </summary>
      {isOpen && (
        <div className="call-body">
          {call.system !== undefined && <Said who="System" text={call.system} />}
          {call.messages?.map((message, i) => <Said key={i} who={message.role === 'user' ? 'Question' : 'Earlier answer'} text={message.text} />)}
          {call.reply !== undefined && <Said who="Reply" text={call.reply} isReply />}
          <UsageLine call={call} />
        </div>
      )}
    </details>
  );
}

function Said({ who, text, isReply = false }: { who: string; text: string; isReply?: boolean }) {
  return (
    <section className={isReply ? 'said said-reply' : 'said'} aria-label={who}>
      <h4>
        {who} <span className="muted">{plural(text.length, 'character')}</span> <CopyButton text={text} />
      </h4>
      <ScrolledText name={who} text={text} />
    </section>
  );
}

function UsageLine({ call: { usage, promptVersion } }: { call: Spent }) {
  const parts = [
    usage.cachedInputTokens ? `${count(usage.cachedInputTokens)} of the input from the provider's cache` : '',
    usage.cacheWriteTokens ? `${count(usage.cacheWriteTokens)} written to it` : '',
    usage.reasoningTokens ? `${count(usage.reasoningTokens)} of the output for reasoning` : '',
    usage.estimatedUsd ? 'the cost is an estimate in part' : '',
    promptVersion ? `prompt ${promptVersion}` : '',
  ].filter(Boolean);
  return parts.length === 0 ? null : <p className="muted">{parts.join(' · ')}</p>;
}

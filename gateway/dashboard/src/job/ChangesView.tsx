import { memo, useMemo } from 'react';
import type { Job, Round } from '../api';
import { EmptyState } from '../ui/EmptyState';
import { plural } from '../ui/format';
import { parseDiff } from './diff';
import { Scrolled } from './Scrolled';
import type { FileChange } from './types';

/** What each round changed, as diffs. */
export function ChangesView({ job, rounds }: { job: Job; rounds: readonly Round[] }) {
  const told = rounds.filter((round) => round.round > 0 || (round.changes ?? []).length > 0);
  if (told.length === 0) {
    return (
      <EmptyState title="No changes">
        {job.verdict === 'passed' ? 'The first build passed its tests, so nothing was repaired.' : 'What a repair changes is shown here.'}
      </EmptyState>
    );
  }
  return (
    <div className="changes">
      {told.map((round) => (
        <section key={round.round} aria-label={nameOf(round.round)}>
          <h3>
            {nameOf(round.round)}
            {round.verdict !== undefined && (
              <span className={round.verdict === 'passed' ? 'tone-good' : 'tone-bad'}>
                then {round.passed ?? 0} passed, {round.failed ?? 0} failed
              </span>
            )}
          </h3>
          {(round.changes ?? []).length === 0 && <p className="muted">No file was changed.</p>}
          {round.changes?.map((change) => <FileDiff key={change.path} change={change} />)}
        </section>
      ))}
    </div>
  );
}

const nameOf = (round: number): string => (round === 0 ? 'First build' : `Repair ${round}`);

const WHOLE = { new: 'new', changed: '', deleted: 'deleted' };
const SIGNS = { same: ' ', added: '+', removed: '−' };
const SAID = { same: '', added: 'added', removed: 'removed' };

const FileDiff = memo(function FileDiff({ change }: { change: FileChange }) {
  const diff = useMemo(() => (change.diff === undefined ? undefined : parseDiff(change.diff)), [change.diff]);
  if (diff === undefined) {
    return (
      <p className="diff">
        <code>{change.path}</code> was changed; the difference is too long to be told.
      </p>
    );
  }
  return (
    <details className="diff" open>
      <summary>
        <code>{change.path}</code> {WHOLE[diff.file]}
        <span className="diff-counts">
          <span className="tone-good">+{diff.added}</span> <span className="tone-bad">−{diff.removed}</span>
          <span className="visually-hidden">
            {plural(diff.added, 'line')} added, {plural(diff.removed, 'line')} removed
          </span>
        </span>
      </summary>
      <Scrolled name={`Changes of ${change.path}`} className="diff-scroll">
        <table>
          <tbody>
            {diff.hunks.map((hunk) => [
              <tr key={hunk.header} className="diff-hunk">
                <td colSpan={3}>{hunk.header}</td>
              </tr>,
              ...hunk.lines.map((line, i) => (
                <tr key={`${hunk.header} ${i}`} className={`diff-${line.kind}`}>
                  <td className="diff-number">{line.before}</td>
                  <td className="diff-number">{line.after}</td>
                  <td className="diff-text">
                    <span aria-hidden="true">{SIGNS[line.kind]}</span>
                    <span className="visually-hidden">{SAID[line.kind]}</span>
                    {line.text}
                    {line.isUnended && <span className="muted"> (no line break at the end)</span>}
                  </td>
                </tr>
              )),
            ])}
          </tbody>
        </table>
      </Scrolled>
    </details>
  );
});

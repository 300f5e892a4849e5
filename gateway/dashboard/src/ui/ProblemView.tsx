import type { ReactNode } from 'react';
import { ApiError, type Problem } from '../api';
import './ui.css';

/** What went wrong as a problem, whatever was thrown. */
export function problemFrom(failure: unknown): Problem {
  if (failure instanceof ApiError) {
    return failure.problem;
  }
  return {
    type: 'about:blank',
    title: 'This page made a mistake',
    status: 0,
    code: 'page_failed',
    detail: failure instanceof Error ? failure.message : String(failure),
  };
}

interface Props {
  problem: Problem;
  /** Errors that stand at their fields already are not told again. */
  shownAtFields?: ReadonlySet<string>;
  children?: ReactNode;
}

/** What the gateway refused, and why (RFC 9457). It is read out as soon as it appears. */
export function ProblemView({ problem, shownAtFields, children }: Props) {
  const all = problem.errors ?? [];
  const errors = all.filter((error) => !shownAtFields?.has(error.pointer));
  const detail = all.length > 0 && errors.length === 0 ? 'What is wrong stands at its field.' : problem.detail;
  return (
    <div className="problem" role="alert">
      <strong>{problem.title}</strong>
      {detail !== undefined && <p>{detail}</p>}
      {errors.length > 0 && (
        <ul>
          {errors.map((error) => (
            <li key={error.pointer + error.detail}>
              {error.pointer !== '' && <code>{error.pointer}</code>} {error.detail}
            </li>
          ))}
        </ul>
      )}
      {children}
    </div>
  );
}

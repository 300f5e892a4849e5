import type { ErrorInfo } from '../api';
import { remedyFor } from './remedies';
import { ScrolledText } from './Scrolled';

/** Why something failed, with its code, and what to do about it. */
export function ErrorBox({ error, detail, title }: { error: ErrorInfo; detail?: string | undefined; title?: string }) {
  const remedy = remedyFor(error.code);
  return (
    <div className="problem error-box">
      <p className="error-head">
        <strong>{title ?? 'Failed'}</strong> <code>{error.code}</code>
        {error.retryable && <span className="hint">to retry may help</span>}
      </p>
      <p>{error.message}</p>
      {remedy !== undefined && (
        <p className="remedy">
          <strong>What to do:</strong> {remedy}
        </p>
      )}
      {detail !== undefined && (
        <details>
          <summary>Details</summary>
          <ScrolledText name="Details" text={detail} />
        </details>
      )}
    </div>
  );
}

import { useId, type ReactNode } from 'react';
import './ui.css';

/** What ties a field to its label, hint and errors. */
export interface Tied {
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
}

interface Props {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with it, in the gateway's words. */
  errors?: readonly string[];
  children: (tied: Tied) => ReactNode;
}

/** A field of a form, with its label above, and what is wrong with it below. */
export function Field({ label, hint, errors = [], children }: Props) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, errors.length > 0 && `${id}-errors`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': errors.length > 0 || undefined,
        'aria-describedby': described === '' ? undefined : described,
      })}
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Errors id={`${id}-errors`} errors={errors} />
    </div>
  );
}

/** What is wrong, under what it concerns. */
export function Errors({ id, errors }: { id?: string; errors: readonly string[] }) {
  return errors.length === 0 ? null : (
    <div id={id}>
      {errors.map((error) => (
        <p key={error} className="field-error">
          {error.charAt(0).toUpperCase() + error.slice(1)}
        </p>
      ))}
    </div>
  );
}

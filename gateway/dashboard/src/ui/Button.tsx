import type { ButtonHTMLAttributes } from 'react';
import './ui.css';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** Something is under way: it takes no second click, and keeps its width and the focus. */
  busy?: boolean;
}

/** A button; while it is busy it does nothing, and says so. */
export function Button({ look = 'plain', busy = false, onClick, className, children, ...more }: Props) {
  return (
    <button
      type="button"
      {...more}
      className={`button look-${look}${busy ? ' busy' : ''}${className ? ` ${className}` : ''}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    >
      {children}
    </button>
  );
}

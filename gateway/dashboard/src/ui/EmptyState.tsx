import type { ReactNode } from 'react';
import './ui.css';

/** Where there is nothing to show: what would be here, and what to do. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <svg viewBox="0 0 64 24" width="96" height="36" aria-hidden="true">
        <circle cx="12" cy="12" r="7" />
        <circle cx="32" cy="12" r="7" />
        <circle cx="52" cy="12" r="7" />
        <path d="M19 12h6M39 12h6" />
      </svg>
      <h2>{title}</h2>
      {children !== undefined && <div>{children}</div>}
    </div>
  );
}

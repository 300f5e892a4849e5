import type { JobStatus } from '../api';
import './ui.css';

type Tone = 'idle' | 'busy' | 'ask' | 'good' | 'bad' | 'gone';

/** A status of a job or a task, of a test or a verdict, in words; what is not known here is shown as it is. */
const SHOWN: Record<string, { text: string; tone: Tone }> = {
  queued: { text: 'Queued', tone: 'idle' },
  in_progress: { text: 'In progress', tone: 'busy' },
  awaiting_approval: { text: 'Waits for you', tone: 'ask' },
  completed: { text: 'Completed', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'gone' },
  scheduled: { text: 'Waiting', tone: 'idle' },
  running: { text: 'Running', tone: 'busy' },
  released: { text: 'Handed back', tone: 'idle' },
  passed: { text: 'Passed', tone: 'good' },
  error: { text: 'Error', tone: 'bad' },
  skipped: { text: 'Skipped', tone: 'gone' },
  timeout: { text: 'Timeout', tone: 'bad' },
  memory_limit: { text: 'Memory limit', tone: 'bad' },
  output_limit: { text: 'Output limit', tone: 'bad' },
  crashed: { text: 'Crashed', tone: 'bad' },
  tampered: { text: 'Tampered', tone: 'bad' },
  no_tests: { text: 'No tests', tone: 'bad' },
};

/** Told apart by shape, not by colour alone. */
const SHAPES: Record<Tone, string> = {
  idle: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z',
  busy: 'M8 2.5a5.5 5.5 0 0 1 5.5 5.5',
  ask: 'M8 2.5v7M8 12.5v1',
  good: 'M3 8.5l3.5 3.5L13 4.5',
  bad: 'M4 4l8 8M12 4l-8 8',
  gone: 'M3 8h10',
};

/** The mark of a status alone, for where the words stand elsewhere. */
export function StatusIcon({ status }: { status: string }) {
  const tone = SHOWN[status]?.tone ?? 'idle';
  return (
    <svg className={`status-icon tone-${tone}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {tone === 'busy' && <circle cx="8" cy="8" r="5.5" className="status-track" />}
      <path d={SHAPES[tone]} className={tone === 'busy' ? 'status-turning' : undefined} />
    </svg>
  );
}

/** A status, in words and with a mark. */
export function StatusBadge({ status }: { status: JobStatus | (string & {}) }) {
  const shown = SHOWN[status] ?? { text: status.replaceAll('_', ' '), tone: 'idle' as const };
  return (
    <span className={`badge tone-${shown.tone}`}>
      <StatusIcon status={status} />
      {shown.text}
    </span>
  );
}

/** The words of a status. */
export const statusText = (status: string): string => SHOWN[status]?.text ?? status.replaceAll('_', ' ');

import type { JobEvent } from './api';

/** All that streams are made of; EventSource tells named events only to who asks for them by name. */
const TYPES = [
  'job.accepted', 'job.rejected', 'task.scheduled', 'task.started', 'task.progress', 'task.released', 'task.completed',
  'task.failed', 'plan.approved', 'plan.rejected', 'job.cancel_requested', 'job.completed', 'job.failed',
  'job.cancelled', 'job.deleted', 'job.snapshot', 'events.reset',
];

const FINAL = new Set(['job.completed', 'job.failed', 'job.cancelled']);
const PAUSE_MILLIS = 2000;

export interface Listener {
  /** @param id the place in the stream, good for resuming */
  event(event: JobEvent, id: string): void;
  /** Whether events come; false while the gateway is away. */
  connected(yes: boolean): void;
}

/**
 * Follows a stream of events for as long as it is wanted: through lost networks and restarts of the gateway, from the last
 * id that was seen.
 *
 * A browser reconnects by itself unless it was refused; then this does, after a pause.
 *
 * @returns ends it
 */
export function follow(path: string, listener: Listener, after?: string, untilFinal = false): () => void {
  let last = after;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const end = () => {
    ended = true;
    source?.close();
    clearTimeout(timer);
  };
  const connect = () => {
    const place = last === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}starting_after=${encodeURIComponent(last)}`;
    const opened = new EventSource(place);
    source = opened;
    opened.onopen = () => listener.connected(true);
    opened.onerror = () => {
      if (ended) {
        return;
      }
      listener.connected(false);
      if (opened.readyState === EventSource.CLOSED) {
        timer = setTimeout(connect, PAUSE_MILLIS);
      }
    };
    const take = (message: MessageEvent<string>) => {
      last = message.lastEventId;
      listener.event(JSON.parse(message.data) as JobEvent, message.lastEventId);
      if (untilFinal && FINAL.has(message.type)) {
        end();
      }
    };
    TYPES.forEach((type) => opened.addEventListener(type, take));
  };
  connect();
  return end;
}

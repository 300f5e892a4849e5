import { request, type JobEvent } from './api';
import { suspected } from './server';

/** All that streams are made of; EventSource tells named events only to who asks for them by name. */
const TYPES = [
  'job.accepted', 'job.rejected', 'task.scheduled', 'task.started', 'task.progress', 'task.released', 'task.completed',
  'task.failed', 'plan.approved', 'plan.rejected', 'job.cancel_requested', 'job.completed', 'job.failed',
  'job.cancelled', 'job.deleted', 'job.snapshot', 'events.reset',
];

const FINAL = new Set(['job.completed', 'job.failed', 'job.cancelled']);
const PAUSE_MILLIS = 2000;
/** A page that nobody sees gives its connection back: a browser has six for all tabs. */
const HIDDEN_MILLIS = 30_000;
/** What tells why a stream was refused, which EventSource does not. */
const PROBE = '/jobs?limit=1';

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
 * A browser reconnects by itself unless it was refused; then this does, after a pause, once the gateway lets it in.
 *
 * @returns ends it
 */
export function follow(path: string, listener: Listener, after?: string, untilFinal = false): () => void {
  let last = after;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(timer);
  };
  const end = () => {
    ended = true;
    close();
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', again);
  };
  const connect = () => {
    close();
    const place = last === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}starting_after=${encodeURIComponent(last)}`;
    const opened = new EventSource(place);
    source = opened;
    opened.onopen = () => listener.connected(true);
    opened.onerror = () => {
      if (source !== opened) {
        return;
      }
      listener.connected(false);
      suspected();
      if (opened.readyState === EventSource.CLOSED) {
        timer = setTimeout(probe, PAUSE_MILLIS);
      }
    };
    const take = (message: MessageEvent<string>) => {
      if (source !== opened) {
        return;
      }
      last = message.lastEventId;
      listener.event(JSON.parse(message.data) as JobEvent, message.lastEventId);
      if (untilFinal && FINAL.has(message.type)) {
        end();
      }
    };
    TYPES.forEach((type) => opened.addEventListener(type, take));
  };
  /** Before it connects again: it waits for a key where one is needed. */
  const probe = () =>
    request(PROBE).then(
      () => ended || document.hidden || connect(),
      () => {
        if (!ended) {
          timer = setTimeout(probe, PAUSE_MILLIS);
        }
      },
    );
  const seen = () => {
    if (document.hidden) {
      timer = setTimeout(() => {
        close();
        listener.connected(false);
      }, HIDDEN_MILLIS);
    } else if (source === undefined) {
      connect();
    } else {
      clearTimeout(timer);
      if (source.readyState === EventSource.CLOSED) {
        connect();
      }
    }
  };
  /** The network is back: a connection from before may be dead without anybody having said so. */
  const again = () => connect();

  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', again);
  connect();
  return end;
}

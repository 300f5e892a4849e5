import { useSyncExternalStore } from 'react';

/** How the gateway is, as the requests of all pages find it: what one finds out holds for the others too. */
export type Server =
  | { state: 'here' }
  /** It does not answer. */
  | { state: 'away'; since: number }
  /** It answers, and does not do its work yet, or cannot. */
  | { state: 'unready'; since: number; why: string };

const ASK_AGAIN_MILLIS = 1500;
const BETWEEN = [502, 504]; // what proxies say of a gateway that does not answer

const HERE: Server = { state: 'here' };
let server: Server = HERE;
let asking = false;
const listeners = new Set<() => void>();
const returned = new Set<() => void>();

function become(next: Server) {
  const back = server.state !== 'here' && next.state === 'here';
  server = next;
  listeners.forEach((listener) => listener());
  if (back) {
    returned.forEach((listener) => listener());
  } else if (next.state !== 'here' && !asking) {
    asking = true;
    setTimeout(ask, ASK_AGAIN_MILLIS);
  }
}

const since = () => (server.state === 'here' ? Date.now() : server.since);

function away() {
  if (server.state !== 'away') {
    become({ state: 'away', since: since() });
  }
}

/** A request got no answer. */
export const unanswered = away;

/** A request got an answer, or a proxy's word that there is none. */
export function answered(status: number) {
  if (BETWEEN.includes(status)) {
    away();
  } else if (server.state === 'away' && status < 500) {
    become(HERE);
  } else if (status === 503) {
    suspected();
  }
}

/** Something looks as if the gateway were away, such as a stream that broke off: it is asked. */
export function suspected() {
  if (server.state === 'here' && !asking) {
    asking = true;
    void ask();
  }
}

interface Health {
  status: string;
  trouble?: string;
}

async function ask() {
  let next: Server;
  try {
    const answer = await fetch('/health');
    if (answer.ok) {
      next = HERE;
    } else if (BETWEEN.includes(answer.status)) {
      next = { state: 'away', since: since() };
    } else {
      const health = (await answer.json()) as Health;
      const why = health.trouble ?? (health.status === 'STARTING' ? 'It still reads the log.' : 'It stops.');
      next = { state: 'unready', since: since(), why };
    }
  } catch {
    next = { state: 'away', since: since() }; // no answer, or none of a gateway
  }
  asking = false;
  become(next);
}

/** Calls back whenever the gateway is there again after it was away. */
export function onReturn(listener: () => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How the gateway is. */
export const useServer = (): Server => useSyncExternalStore(subscribe, () => server);

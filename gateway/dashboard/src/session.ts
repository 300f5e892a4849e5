import { useSyncExternalStore } from 'react';

/**
 * Whoever is asked for a key gives it once, to `/session`, which answers with a cookie that pages cannot read; the key
 * itself is kept nowhere. Requests that were refused meanwhile wait here, and are sent again then.
 */

/** That there is a session to end; a browser does not tell pages of the cookie. */
const SIGNED_IN = 'nexus.signed-in';

let wanted: { signedIn: Promise<void>; done: () => void } | undefined;
const listeners = new Set<() => void>();

function tell() {
  listeners.forEach((listener) => listener());
}

/** Asks for a key; the answer comes when one was given that is good. */
export function keyNeeded(): Promise<void> {
  if (wanted === undefined) {
    let done = () => {};
    const signedIn = new Promise<void>((resolve) => (done = resolve));
    wanted = { signedIn, done };
    tell();
  }
  return wanted.signedIn;
}

/** What `/session` took: everything that waited goes on. */
export function signedIn() {
  localStorage.setItem(SIGNED_IN, 'yes');
  wanted?.done();
  wanted = undefined;
  tell();
}

/** The session was ended: whatever is asked next needs a key. */
export function signedOut() {
  localStorage.removeItem(SIGNED_IN);
  void keyNeeded();
  tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a key is asked for now. */
export const useKeyNeeded = (): boolean => useSyncExternalStore(subscribe, () => wanted !== undefined);

/** Whether there is a session that can be ended. */
export const useSignedIn = (): boolean =>
  useSyncExternalStore(subscribe, () => wanted === undefined && localStorage.getItem(SIGNED_IN) === 'yes');

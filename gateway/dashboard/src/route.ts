import { useSyncExternalStore } from 'react';

/** Where in the dashboard one is; it stands behind the # of the address, so that a reload finds it again. */
export type Route =
  | { page: 'new'; query: URLSearchParams }
  | { page: 'jobs'; query: URLSearchParams }
  | { page: 'job'; id: string; rest: string[] }
  | { page: 'system' }
  | { page: 'unknown'; path: string };

/** Reads what stands behind the #, such as `#/jobs/ID/files/a.py` or `#/jobs?status=failed`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter(Boolean).map(decode);
  const [first, id, ...rest] = parts;
  if (first === undefined || first === 'new') {
    return { page: 'new', query: new URLSearchParams(query) };
  }
  if (first === 'jobs') {
    return id === undefined ? { page: 'jobs', query: new URLSearchParams(query) } : { page: 'job', id, rest };
  }
  return first === 'system' ? { page: 'system' } : { page: 'unknown', path };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // typed by hand; shown as it is
  }
}

export const toJob = (id: string, ...rest: string[]): string =>
  ['#/jobs', id, ...rest.flatMap((part) => part.split('/'))].map((part, i) => (i ? encodeURIComponent(part) : part)).join('/');

/** Another address for the same page, that is no step to go back to. */
export function replaceHash(hash: string) {
  window.history.replaceState(null, '', hash);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

/** What stands behind the # now. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

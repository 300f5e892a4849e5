import { vi } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

type Answer = (asked: Asked) => Response | Promise<Response>;

/** A gateway in place of `fetch`: answers by `METHOD /path`, without what stands behind `?`; all that was asked is kept. */
export function gatewayOf(answers: Record<string, Answer>): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    init.signal?.throwIfAborted();
    const asked: Asked = {
      method: init.method ?? 'GET',
      path,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    };
    all.push(asked);
    const answer = answers[`${asked.method} ${path.split('?', 1)[0]}`];
    if (answer === undefined) {
      throw new TypeError(`nobody answers ${asked.method} ${path}`);
    }
    return answer(asked);
  });
  return all;
}

export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

export const problem = (status: number, code: string, more: object = {}): Response =>
  new Response(JSON.stringify({ type: `urn:nexus:error:${code}`, title: code, status, code, detail: `it is ${code}`, ...more }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

/** What a page's `EventSource` did, and what the test makes it do. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: FakeEventSource[] = [];

  readyState = FakeEventSource.CONNECTING;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeEventSource.all.push(this);
  }

  static use() {
    FakeEventSource.all = [];
    vi.stubGlobal('EventSource', FakeEventSource);
  }

  static get newest(): FakeEventSource {
    const newest = FakeEventSource.all.at(-1);
    if (newest === undefined) {
      throw new Error('no stream was opened');
    }
    return newest;
  }

  open() {
    this.readyState = FakeEventSource.OPEN;
    this.onopen?.();
  }

  send(id: string, event: { type: string; [field: string]: unknown }) {
    this.dispatchEvent(new MessageEvent(event.type, { data: JSON.stringify(event), lastEventId: id }));
  }

  /** As browsers do it: they come back by themselves unless they were refused. */
  fail(refused: boolean) {
    this.readyState = refused ? FakeEventSource.CLOSED : FakeEventSource.CONNECTING;
    this.onerror?.();
  }

  close() {
    this.readyState = FakeEventSource.CLOSED;
  }
}

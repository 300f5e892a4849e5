import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow } from './stream';
import { FakeEventSource, gatewayOf, json, problem } from './test/gateway';

const event = (seq: number, type = 'task.progress') => ({ type, seq, jobId: 'j' });

describe('a stream', () => {
  const seen: string[] = [];
  const states: boolean[] = [];
  const listener = { event: (_: unknown, id: string) => seen.push(id), connected: (yes: boolean) => states.push(yes) };
  let end = () => {};

  beforeEach(() => {
    vi.useFakeTimers();
    FakeEventSource.use();
    seen.length = 0;
    states.length = 0;
  });
  afterEach(() => {
    end();
    vi.useRealTimers();
  });

  it('that was refused is opened again behind the last event', async () => {
    gatewayOf({ 'GET /health': () => json({ status: 'UP' }), 'GET /jobs': () => json({ jobs: [] }) });
    end = follow('/jobs/j/events', listener);
    FakeEventSource.newest.open();
    FakeEventSource.newest.send('1', event(1));
    FakeEventSource.newest.send('2', event(2));

    FakeEventSource.newest.fail(true);
    await vi.advanceTimersByTimeAsync(2500);

    expect(FakeEventSource.all.map((each) => each.url)).toEqual(['/jobs/j/events', '/jobs/j/events?starting_after=2']);
    expect(states).toEqual([true, false]);
  });

  it('that the browser mends by itself is left to it', async () => {
    gatewayOf({ 'GET /health': () => json({ status: 'UP' }) });
    end = follow('/events', listener);
    FakeEventSource.newest.open();

    FakeEventSource.newest.fail(false);
    await vi.advanceTimersByTimeAsync(10_000);
    FakeEventSource.newest.open();

    expect(FakeEventSource.all).toHaveLength(1);
    expect(states).toEqual([true, false, true]);
  });

  it('is not opened while the gateway does not let in', async () => {
    gatewayOf({ 'GET /health': () => json({ status: 'UP' }), 'GET /jobs': () => problem(403, 'forbidden') });
    end = follow('/events', listener);

    FakeEventSource.newest.fail(true);
    await vi.advanceTimersByTimeAsync(20_000);

    expect(FakeEventSource.all).toHaveLength(1);
  });

  it('of a page that nobody sees is closed after a while, and goes on where it was', async () => {
    end = follow('/events', listener);
    FakeEventSource.newest.open();
    FakeEventSource.newest.send('a', event(1));
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(31_000);
    expect(FakeEventSource.newest.readyState).toBe(FakeEventSource.CLOSED);

    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event('visibilitychange'));

    expect(FakeEventSource.newest.url).toBe('/events?starting_after=a');
  });

  it('that was replaced tells nothing any more, so that no event comes twice', () => {
    end = follow('/events', listener);
    const first = FakeEventSource.newest;
    first.open();
    first.send('a', event(1));
    window.dispatchEvent(new Event('online'));
    FakeEventSource.newest.open();

    first.send('b', event(2));
    FakeEventSource.newest.send('b', event(2));

    expect(seen).toEqual(['a', 'b']);
  });

  it('ends with the final event where that is wanted', () => {
    end = follow('/jobs/j/events', listener, '7', true);
    FakeEventSource.newest.open();

    FakeEventSource.newest.send('8', event(8, 'job.completed'));

    expect(FakeEventSource.newest.url).toBe('/jobs/j/events?starting_after=7');
    expect(FakeEventSource.newest.readyState).toBe(FakeEventSource.CLOSED);
    expect(seen).toEqual(['8']);
  });
});

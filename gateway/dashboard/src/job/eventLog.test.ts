import { describe, expect, it } from 'vitest';
import { NO_EVENTS, shownEvents, summaryOf, withEvents } from './eventLog';
import { bank, easter, rust } from './fixtures';
import type { Told } from './types';

const event = (seq: number, type = 'task.progress'): Told => ({ type, seq, jobId: bank.job.id });

describe('the log of events', () => {
  it('has each event once, however often a stream tells it', () => {
    const once = withEvents(NO_EVENTS, [event(1), event(2)]);

    const log = withEvents(once, [event(1), event(2), event(3), event(3)]);

    expect(log.events.map((each) => each.seq)).toEqual([1, 2, 3]);
  });

  it('is the very same if nothing is new, so that nothing is drawn again', () => {
    const log = withEvents(NO_EVENTS, bank.events);

    expect(withEvents(log, bank.events.slice(3))).toBe(log);
  });

  it('takes no snapshot for an event', () => {
    expect(withEvents(NO_EVENTS, [event(40, 'job.snapshot')])).toBe(NO_EVENTS);
  });
});

describe('a filter', () => {
  it('leaves progress out', () => {
    const shown = shownEvents(bank.events, { progress: false, task: '', text: '' });

    expect(shown.length).toBeGreaterThan(10);
    expect(shown.some((each) => each.type === 'task.progress')).toBe(false);
  });

  it('finds by task, and by text in any case', () => {
    expect(shownEvents(bank.events, { progress: true, task: 'plan', text: '' }).every((each) => each.task === 'plan')).toBe(true);
    expect(shownEvents(bank.events, { progress: true, task: '', text: 'TAKEN by planner' }).map((each) => each.seq)).toEqual([3]);
  });
});

describe('in one line', () => {
  const of = (recorded: { events: Told[] }, type: string) => recorded.events.filter((each) => each.type === type).map(summaryOf);

  it('a completed task says what it gave', () => {
    expect(of(bank, 'task.completed')).toEqual([
      'a plan of 2 steps',
      'account.py',
      'bank.py',
      'tests/test_bank.py',
      'tests failed: 25 passed, 1 failed',
      'account.py',
      'tests passed: 26 passed, 0 failed',
    ]);
  });

  it('a failure says its code', () => {
    expect(of(rust, 'job.failed')[0]).toMatch(/^unsupported_language: the specification asks for rust/);
  });

  it('a task that is issued again says so', () => {
    expect(summaryOf({ ...event(9, 'task.scheduled'), attempt: 2 })).toBe('issued again, attempt 2');
  });

  it('no event of a real job is unknown', () => {
    expect([...bank.events, ...easter.events, ...rust.events].map(summaryOf).filter((text) => text.includes('does not know'))).toEqual([]);
  });

  it('one of a newer version is told as such', () => {
    expect(summaryOf(event(1, 'task.dreamt'))).toBe('of a type that this page does not know');
  });
});

import { useCallback, useEffect, useRef, useState } from 'react';
import { getJson, request, type Job, type Problem } from '../api';
import { onReturn } from '../server';
import { follow } from '../stream';
import { problemFrom } from '../ui/ProblemView';
import { isFinal } from './chain';
import { NO_EVENTS, withEvents, type EventLog } from './eventLog';
import type { Told } from './types';

/** Between two questions for the job as a whole. */
const PAUSE_MILLIS = 400;
const RETRY_MILLIS = 2000;
/** Events of so long are shown at once: a stream that starts brings thousands. */
const BATCH_MILLIS = 100;

export interface Feed {
  job: Job | undefined;
  /** Why the job cannot be shown, or not as it is now. */
  problem: Problem | undefined;
  log: EventLog;
  /** Whether events come. */
  isConnected: boolean;
  /** Asks again at once. */
  refresh: () => void;
  /** Takes a job that an answer told. */
  take: (job: Job) => void;
}

/**
 * One job, followed: it is what GET says, asked for again when an event tells of more. Events that come once more, after a
 * reload of the stream, are dropped.
 */
export function useFeed(id: string): Feed {
  const [job, setJob] = useState<Job>();
  const [problem, setProblem] = useState<Problem>();
  const [log, setLog] = useState<EventLog>(NO_EVENTS);
  const [isConnected, setConnected] = useState(true);
  const asking = useRef<(now?: boolean) => void>(() => {});

  const take = useCallback((next: Job) => setJob((now) => (now === undefined || next.seq >= now.seq ? next : now)), []);

  useEffect(() => {
    const aborting = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    let isWanted = false;
    let etag: string | undefined;

    const ask = async () => {
      isAsking = true;
      isWanted = false;
      let pause = PAUSE_MILLIS;
      try {
        const response = await request(`/jobs/${encodeURIComponent(id)}`, {
          headers: { Accept: 'application/json', ...(etag !== undefined && { 'If-None-Match': etag }) },
          signal: aborting.signal,
          cache: 'no-store', // the browser's own cache would hide the 304
        });
        if (response.status !== 304) {
          const next = (await response.json()) as Job;
          etag = response.headers.get('ETag') ?? undefined;
          take(next);
        }
        setProblem(undefined);
      } catch (failure) {
        if (aborting.signal.aborted) {
          return;
        }
        const why = problemFrom(failure);
        setProblem(why);
        if (mayPass(why)) {
          isWanted = true;
          pause = RETRY_MILLIS;
        }
      }
      isAsking = false;
      timer = setTimeout(() => {
        timer = undefined;
        if (isWanted) {
          void ask();
        }
      }, pause);
    };
    asking.current = (now = false) => {
      isWanted = true;
      if (isAsking || (timer !== undefined && !now)) {
        return;
      }
      clearTimeout(timer);
      timer = undefined;
      void ask();
    };
    asking.current(true);
    const stop = onReturn(() => asking.current(true));
    return () => {
      stop();
      aborting.abort();
      clearTimeout(timer);
    };
  }, [id, take]);

  const isThere = job !== undefined;
  const isDone = job !== undefined && isFinal(job.status) && log.lastSeq >= job.seq;
  const known = useRef({ seq: 0, lastSeq: 0, isDone: false });
  useEffect(() => {
    known.current = { seq: job?.seq ?? 0, lastSeq: log.lastSeq, isDone };
  }, [job, log, isDone]);

  // Only of a job that is there: a stream is tried for ever.
  useEffect(() => {
    if (!isThere || known.current.isDone) {
      return undefined;
    }
    let batch: Told[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const come = batch;
      batch = [];
      setLog((before) => withEvents(before, come));
      if (come.some((event) => event.seq > known.current.seq)) {
        asking.current();
      }
    };
    const after = known.current.lastSeq;
    const end = follow(
      `/jobs/${encodeURIComponent(id)}/events`,
      {
        event(event) {
          batch.push(event as Told);
          timer ??= setTimeout(show, BATCH_MILLIS);
        },
        connected(yes) {
          setConnected(yes);
          asking.current();
        },
      },
      after === 0 ? undefined : String(after),
      true,
    );
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [id, isThere]);

  const refresh = useCallback(() => asking.current(true), []);
  return { job, problem, log, isConnected: isConnected || isDone, refresh, take };
}

/** Whether to ask again may help: the gateway is away, or not ready. The frame of all pages tells of that. */
export const mayPass = ({ status, code }: Problem): boolean => (status === 0 && code === 'unreachable') || status === 429 || status >= 500;

/** What is behind a path, asked for again whenever `revision` is another one; what was there stays until then. */
export function useFetched<T>(path: string | undefined, revision: string): { value: T | undefined; problem: Problem | undefined } {
  const [shown, setShown] = useState<{ path: string; value: T }>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    if (path === undefined) {
      return undefined;
    }
    const aborting = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () =>
      getJson<T>(path, aborting.signal)
        .then((value) => {
          setShown({ path, value });
          setProblem(undefined);
        })
        .catch((failure: unknown) => {
          if (aborting.signal.aborted) {
            return;
          }
          const why = problemFrom(failure);
          setProblem(why);
          if (mayPass(why)) {
            timer = setTimeout(ask, RETRY_MILLIS);
          }
        });
    timer = setTimeout(ask, 0);
    return () => {
      aborting.abort();
      clearTimeout(timer);
    };
  }, [path, revision]);
  return { value: shown?.path === path ? shown?.value : undefined, problem };
}

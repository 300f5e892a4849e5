import { useCallback, useEffect, useRef, useState } from 'react';
import { getJson, type Problem } from '../api';
import { onReturn } from '../server';
import { problemFrom } from './ProblemView';

export interface Resource<T> {
  /** The newest that came; it stays while the gateway is away. */
  data: T | undefined;
  /** Why the last request failed; gone as soon as one succeeds. */
  problem: Problem | undefined;
  refresh: () => void;
}

/**
 * What the gateway says at a path: asked when shown, when the gateway is back, and each `pollMillis` while the page can be
 * seen. A browser adds If-None-Match by itself.
 */
export function useResource<T>(path: string, pollMillis?: number): Resource<T> {
  const [got, setGot] = useState<{ path: string; data?: T; problem?: Problem }>({ path });
  const ask = useRef<() => void>(() => {});

  useEffect(() => {
    let running: AbortController | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      clearTimeout(timer);
      running?.abort();
      const mine = (running = new AbortController());
      try {
        const data = await getJson<T>(path, mine.signal);
        if (!mine.signal.aborted) {
          setGot({ path, data });
        }
      } catch (failure) {
        if (!mine.signal.aborted) {
          const problem = problemFrom(failure);
          setGot((before) => (before.path === path ? { ...before, problem } : { path, problem }));
        }
      }
      if (!mine.signal.aborted && pollMillis !== undefined && !document.hidden) {
        timer = setTimeout(load, pollMillis);
      }
    };
    const seen = () => {
      if (pollMillis !== undefined && !document.hidden) {
        void load();
      }
    };
    ask.current = load;
    const stop = onReturn(load);
    document.addEventListener('visibilitychange', seen);
    void load();
    return () => {
      running?.abort();
      clearTimeout(timer);
      stop();
      document.removeEventListener('visibilitychange', seen);
    };
  }, [path, pollMillis]);

  const refresh = useCallback(() => ask.current(), []);
  return got.path === path ? { data: got.data, problem: got.problem, refresh } : { data: undefined, problem: undefined, refresh };
}

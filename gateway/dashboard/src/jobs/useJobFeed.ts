import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { getJson, type Job } from '../api';
import { onReturn } from '../server';
import { follow } from '../stream';
import { JobFeed, type Gateway, type Shown } from './JobFeed';
import type { Filter, JobPage } from './list';

const GATEWAY: Gateway = {
  page: (path, signal) => getJson<JobPage>(path, signal),
  job: (id, signal) => getJson<Job>(`/jobs/${id}`, signal),
};

/** The live list of what the filter takes; its text is not the gateway's matter. */
export function useJobFeed({ status, kind }: Filter): Shown & { older: () => void; live: boolean } {
  const feed = useMemo(() => new JobFeed({ status, kind, text: '' }, GATEWAY), [status, kind]);
  const [live, setLive] = useState(false);
  useEffect(() => {
    feed.begin();
    // Once the stream has begun nothing is missed: what was before is in the answer to the question asked then.
    const stop = follow('/events', {
      event: (event) => feed.event(event),
      connected: (yes) => {
        setLive(yes);
        if (yes) {
          feed.refresh();
        }
      },
    });
    feed.refresh(); // the stream may be long in coming; the list need not wait
    const stopWaiting = onReturn(feed.refresh);
    return () => {
      stop();
      stopWaiting();
      feed.end();
    };
  }, [feed]);
  const shown = useSyncExternalStore(feed.subscribe, feed.get);
  return { ...shown, older: feed.older, live };
}

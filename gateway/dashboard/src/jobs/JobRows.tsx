import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { toJob } from '../route';
import { useShortcuts } from '../shell/shortcuts';
import { StatusBadge } from '../ui/StatusBadge';
import { Duration, Time } from '../ui/Time';
import { useMedia } from '../ui/useMedia';
import type { JobSummary } from './list';

const WIDE_ROW = 58;
const NARROW_ROW = 94;
const OVERSCAN = 12;
const FINAL = new Set(['completed', 'failed', 'cancelled']);

interface Props {
  jobs: readonly JobSummary[];
  doing: ReadonlyMap<string, string>;
  /** The end of the list can be seen, or nearly. */
  onEnd: () => void;
}

/** Any number of jobs, of which only those are drawn that can be seen. Arrows, j and k go from one to the next. */
export function JobRows({ jobs, doing, onEnd }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const narrow = useMedia('(max-width: 48rem)');
  const height = narrow ? NARROW_ROW : WIDE_ROW;
  const [top, setTop] = useState(0);
  const [wanted, setWanted] = useState<number>();
  const virtual = useWindowVirtualizer({
    count: jobs.length,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: 64, // the head of every page
    getItemKey: (index) => jobs[index]?.id ?? index,
  });
  const rows = virtual.getVirtualItems();

  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  useLayoutEffect(() => virtual.measure(), [virtual, height]);
  useStill(jobs, list, height);

  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= jobs.length - OVERSCAN) {
      onEnd();
    }
  }, [last, jobs.length, onEnd]);

  useEffect(() => {
    const row = wanted === undefined ? null : list.current?.querySelector<HTMLElement>(`[data-index="${wanted}"] a`);
    if (row && wanted !== undefined) {
      row.focus({ preventScroll: true });
    }
  }, [wanted, rows]);

  const move = useMemo(() => {
    const focused = () => {
      const row = document.activeElement?.closest<HTMLElement>('[data-index]');
      return row && list.current?.contains(row) ? Number(row.dataset['index']) : undefined;
    };
    return (step: number) => {
      const at = focused();
      const firstSeen = Math.max(0, Math.ceil((window.scrollY - (list.current?.offsetTop ?? 0)) / height));
      const to = Math.max(0, Math.min(jobs.length - 1, at === undefined ? firstSeen : at + step));
      virtual.scrollToIndex(to, { align: 'auto' });
      setWanted(to);
    };
  }, [jobs.length, height, virtual]);
  useShortcuts(useMemo(() => ({ j: () => move(1), k: () => move(-1) }), [move]));

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys move between the links in it
    <ul
      ref={list}
      className="rows"
      style={{ height: virtual.getTotalSize() }}
      aria-label="Jobs, newest first"
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -jobs.length, End: jobs.length }[event.key];
        if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          move(step);
        }
      }}
      onBlur={() => setWanted(undefined)}
    >
      {rows.map((row) => {
        const job = jobs[row.index];
        return (
          job !== undefined && (
            <li
              key={job.id}
              data-index={row.index}
              aria-setsize={jobs.length}
              aria-posinset={row.index + 1}
              style={{ height, transform: `translateY(${row.start - top}px)` }}
            >
              <Row job={job} doing={doing.get(job.id)} />
            </li>
          )
        );
      })}
    </ul>
  );
}

const Row = memo(function Row({ job, doing }: { job: JobSummary; doing: string | undefined }) {
  const over = FINAL.has(job.status);
  return (
    <a className="row" href={toJob(job.id)}>
      <span className="row-status">
        <StatusBadge status={job.status} />
      </span>
      <span className="row-title">
        <span className="row-name">{job.title || <em>without a specification</em>}</span>
        <span className="row-doing">{!over && doing ? doing : <code>{job.id}</code>}</span>
      </span>
      <span className="row-kind">
        {job.kind}
        {job.fidelity === 'scaffold' && <em> scaffold</em>}
      </span>
      <span className="row-took">
        <span className="visually-hidden">took </span>
        <Duration from={job.createdAt} to={over ? job.updatedAt : undefined} />
      </span>
      <span className="row-time">
        <Time at={job.createdAt} />
      </span>
    </a>
  );
});

/** Keeps what is being read where it is when jobs come in above it. */
function useStill(jobs: readonly JobSummary[], list: React.RefObject<HTMLElement | null>, height: number) {
  const before = useRef(jobs);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = jobs;
    const scrolled = window.scrollY - (list.current?.offsetTop ?? 0);
    if (old === jobs || scrolled <= 0) {
      return;
    }
    const read = Math.floor(scrolled / height);
    const id = old[read]?.id;
    const now = id === undefined ? -1 : jobs.findIndex((job) => job.id === id);
    if (now >= 0 && now !== read) {
      window.scrollBy({ top: (now - read) * height, behavior: 'instant' });
    }
  }, [jobs, list, height]);
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { clock, plural } from '../ui/format';
import { shownEvents, summaryOf } from './eventLog';
import { ScrolledText } from './Scrolled';
import type { Told } from './types';

const ROW_PIXELS = 36;
const BEYOND = 12;
const AT_END_PIXELS = 40;

interface Props {
  events: readonly Told[];
  tasks: readonly string[];
  isLive: boolean;
}

/** All events, of which only those that can be seen are drawn; it stays at the end while one is there. */
export function EventsView({ events, tasks, isLive }: Props) {
  const [progress, setProgress] = useState(true);
  const [task, setTask] = useState('');
  const [text, setText] = useState('');
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const shown = useMemo(() => shownEvents(events, { progress, task, text }), [events, progress, task, text]);
  const area = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is used here alone, and nothing is memoized by it
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => area.current,
    estimateSize: () => ROW_PIXELS,
    overscan: BEYOND,
    getItemKey: (index) => shown[index]?.seq ?? index,
  });
  useEffect(() => {
    if (isLive && isAtEnd.current && shown.length > 0) {
      rows.scrollToIndex(shown.length - 1, { align: 'end' });
    }
  }, [isLive, rows, shown.length]);
  const toggle = (seq: number) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(seq)) {
        after.add(seq);
      }
      return after;
    });
  return (
    <div className="events">
      <div className="event-filters">
        <label>
          <span className="visually-hidden">Find in events</span>
          <input type="search" placeholder="Find in events" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <label>
          <span className="visually-hidden">Task</span>
          <select value={task} onChange={(event) => setTask(event.target.value)}>
            <option value="">All tasks</option>
            {tasks.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" checked={progress} onChange={(event) => setProgress(event.target.checked)} /> progress
        </label>
        <span className="muted tabular" role="status">
          {shown.length === events.length ? plural(events.length, 'event') : `${shown.length} of ${plural(events.length, 'event')}`}
        </span>
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so that keys have to reach it */}
      <div className="events-area" ref={area} role="region" aria-label="Events" tabIndex={0}
        onScroll={({ currentTarget: at }) => {
          isAtEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < AT_END_PIXELS;
        }}
      >
        <div role="list" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const event = shown[row.index];
            if (event === undefined) {
              return null;
            }
            const isOpen = open.has(event.seq);
            return (
              <div key={row.key} role="listitem" aria-setsize={shown.length} aria-posinset={row.index + 1} ref={rows.measureElement} data-index={row.index}
                className="event-item" style={{ transform: `translateY(${row.start}px)` }}
              >
                <button type="button" className="event-row" aria-expanded={isOpen} onClick={() => toggle(event.seq)}>
                  <span className="event-seq tabular">{event.seq}</span>
                  <time className="tabular" dateTime={event.time}>{event.time === undefined ? '' : clock(Date.parse(event.time))}</time>
                  <span className={`event-type event-${event.type.replace(/[._]/g, '-')}`}>{event.type}</span>
                  <span className="event-text">
                    {event.task !== undefined && <code>{event.task}</code>} {summaryOf(event)}
                  </span>
                </button>
                {isOpen && <ScrolledText name={`Event ${event.seq}`} text={JSON.stringify(event, null, 2)} />}
              </div>
            );
          })}
        </div>
        {shown.length === 0 && <p className="muted nothing">{events.length === 0 ? 'Events come here as they happen.' : 'No event is like this.'}</p>}
      </div>
    </div>
  );
}

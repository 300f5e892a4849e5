import { ago, clock, date, duration } from './format';
import { useNow } from './now';

/** A moment, as how long ago it was; the exact time is its title. */
export function Time({ at }: { at: string }) {
  const now = useNow();
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={`${date(then)} ${clock(then)}`} className="tabular">
      {ago(then, now)}
    </time>
  );
}

/** How long something took; what has no end yet goes on. */
export function Duration({ from, to }: { from: string; to?: string | undefined }) {
  return to === undefined ? <Going from={from} /> : <Fixed millis={Date.parse(to) - Date.parse(from)} />;
}

function Going({ from }: { from: string }) {
  const now = useNow();
  return <Fixed millis={Math.floor((now - Date.parse(from)) / 1000) * 1000} />;
}

function Fixed({ millis }: { millis: number }) {
  return <span className="tabular">{duration(millis)}</span>;
}

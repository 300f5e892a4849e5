/** How numbers and times are written for people; pure, so that nothing here depends on the browser's language. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Such as `0.8 s`, `12 s`, `3 min 5 s`, `2 h 4 min`, `3 d 2 h`. */
export function duration(millis: number): string {
  if (millis < 0) {
    return '0 s';
  }
  if (millis < 10 * SECOND) {
    return millis < SECOND ? `${Math.round(millis)} ms` : `${(Math.floor(millis / 100) / 10).toFixed(1)} s`;
  }
  if (millis < MINUTE) {
    return `${Math.floor(millis / SECOND)} s`;
  }
  const [unit, name, small, smallName] =
    millis < HOUR
      ? ([MINUTE, 'min', SECOND, 's'] as const)
      : millis < DAY
        ? ([HOUR, 'h', MINUTE, 'min'] as const)
        : ([DAY, 'd', HOUR, 'h'] as const);
  const rest = Math.floor((millis % unit) / small);
  return `${Math.floor(millis / unit)} ${name}${rest ? ` ${rest} ${smallName}` : ''}`;
}

/** How long ago a moment was, in one unit: `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`; later ones as a date. */
export function ago(then: number, now: number): string {
  const millis = now - then;
  if (millis < 5 * SECOND) {
    return 'now';
  }
  if (millis < MINUTE) {
    return `${Math.floor(millis / SECOND)} s ago`;
  }
  if (millis < HOUR) {
    return `${Math.floor(millis / MINUTE)} min ago`;
  }
  if (millis < DAY) {
    return `${Math.floor(millis / HOUR)} h ago`;
  }
  return millis < 7 * DAY ? `${Math.floor(millis / DAY)} d ago` : date(then);
}

const two = (part: number) => String(part).padStart(2, '0');

/** Such as `2026-03-02`, in the local time of whoever looks. */
export function date(at: number): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Such as `09:15:27`, in the local time of whoever looks. */
export function clock(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** US dollars, with as many digits as it takes to see something: `$0`, `$0.0042`, `$1.25`, `$120`. */
export function money(usd: number): string {
  if (usd === 0) {
    return '$0';
  }
  if (usd < 0.01) {
    return usd < 0.000001 ? '<$0.000001' : `$${Number(usd.toPrecision(2)).toFixed(6).replace(/0+$/, '')}`;
  }
  return usd < 100 ? `$${usd.toFixed(2)}` : `$${Math.round(usd).toLocaleString('en-US')}`;
}

/** Such as `980`, `12.3 k`, `4.5 M`. */
export function count(value: number): string {
  if (value < 10_000) {
    return value.toLocaleString('en-US');
  }
  return value < 1_000_000 ? `${(value / 1000).toFixed(1)} k` : `${(value / 1_000_000).toFixed(1)} M`;
}

/** Such as `512 B`, `12.3 kB`, `4.5 MB`. */
export function bytes(size: number): string {
  if (size < 1000) {
    return `${size} B`;
  }
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** What a text takes in UTF-8, in which limits are counted. */
export const utf8 = (text: string): number => new TextEncoder().encode(text).length;

/** `1 job`, `2 jobs`. */
export const plural = (amount: number, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`;

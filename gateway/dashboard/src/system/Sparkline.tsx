const WIDTH = 120;
const HEIGHT = 28;
const POINTS = 90;

/** How a number went in the last minutes; the number itself stands beside it in words. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const top = Math.max(1, ...values);
  const at = (value: number, i: number) =>
    `${(((POINTS - values.length + i) / (POINTS - 1)) * WIDTH).toFixed(1)},${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={values.map(at).join(' ')} />
    </svg>
  );
}

/** The newest values, one more each time. */
export const remember = (values: readonly number[], next: number): number[] => [...values, next].slice(-POINTS);

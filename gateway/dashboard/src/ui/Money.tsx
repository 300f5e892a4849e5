import { money } from './format';

/** US dollars; the exact sum is its title. */
export function Money({ usd }: { usd: number }) {
  return (
    <span className="tabular" title={`${usd} US dollars`}>
      {money(usd)}
    </span>
  );
}

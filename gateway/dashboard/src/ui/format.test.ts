import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, money, plural, utf8 } from './format';

describe('numbers for people', () => {
  it.each([
    [0, '0 ms'], [812, '812 ms'], [1250, '1.2 s'], [59_999, '59 s'], [60_000, '1 min'], [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'], [266_400_000, '3 d 2 h'], [-5, '0 s'],
  ])('a duration of %d ms is %s', (millis, text) => {
    expect(duration(millis)).toBe(text);
  });

  it.each([
    [0, 'now'], [12_000, '12 s ago'], [59_999, '59 s ago'], [180_000, '3 min ago'], [7_200_000, '2 h ago'],
    [432_000_000, '5 d ago'],
  ])('what was %d ms before is %s', (millis, text) => {
    expect(ago(1_000_000_000_000 - millis, 1_000_000_000_000)).toBe(text);
  });

  it('what was long ago is a date', () => {
    expect(ago(Date.UTC(2026, 2, 2, 12), Date.UTC(2026, 5, 2))).toBe('2026-03-02');
  });

  it.each([[0, '$0'], [0.0042, '$0.0042'], [0.00001, '$0.00001'], [1.254, '$1.25'], [1234.5, '$1,235'], [1e-9, '<$0.000001']])(
    '%d US dollars are %s',
    (usd, text) => {
      expect(money(usd)).toBe(text);
    },
  );

  it('counts and sizes are short', () => {
    expect([count(980), count(12_345), count(4_500_000), bytes(512), bytes(12_345), plural(1, 'job'), plural(0, 'job')]).toEqual([
      '980', '12.3 k', '4.5 M', '512 B', '12.3 kB', '1 job', '0 jobs',
    ]);
  });

  it('a text is as long as its bytes', () => {
    expect(utf8('größe 🚀')).toBe(12);
  });
});

import { describe, expect, it } from 'vitest';
import { highlighted, plain } from './highlight';

const text = (lines: ReturnType<typeof plain>) => lines.map((line) => line.map((token) => token.text).join(''));

describe('a coloured file', () => {
  it.each(['a.py', 'a.md', 'a.json', 'a.toml', 'a.cfg', 'a.ini', 'a.yaml', 'a.yml', 'a.sql', 'a.html', 'a.css', 'a.txt', 'a.csv', 'a'])(
    '%s keeps every character',
    (path) => {
      const source = 'def f(x):\n\n    """Two\n    lines."""\n\treturn {"a": <b>&amp;</b>} # größe\n';

      expect(text(highlighted(path, source)).join('\n') + '\n').toBe(source);
    },
  );

  it('has the looks of its language', () => {
    expect(highlighted('a.py', 'def f(): return "x"')[0]).toContainEqual({ text: 'def', look: 'hljs-keyword' });
  });

  it('carries a look over lines', () => {
    const lines = highlighted('a.py', '"""one\ntwo"""\n');

    expect(lines.map((line) => line[0]?.look)).toEqual(['hljs-string', 'hljs-string']);
  });

  it('that is empty has one line', () => {
    expect(highlighted('a.py', '')).toHaveLength(1);
    expect(plain('')).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { parseDiff } from './diff';
import { bank } from './fixtures';

const marks = { same: ' ', added: '+', removed: '-' };
const shown = (diff: string) =>
  parseDiff(diff).hunks.map((hunk) =>
    hunk.lines.map((line) => `${line.before ?? '.'} ${line.after ?? '.'} ${marks[line.kind]}${line.text}`),
  );

describe('a diff', () => {
  it('of a repair has the numbers of both sides', () => {
    const diff = bank.rounds[1]?.changes?.[0]?.diff ?? '';

    expect(parseDiff(diff)).toMatchObject({ added: 1, removed: 1, file: 'changed' });
    expect(shown(diff)[0]?.slice(2, 5)).toEqual([
      '72 72          wanted = to_amount(amount)',
      '73 . -        if wanted >= self._balance:',
      '. 73 +        if wanted > self._balance:',
    ]);
  });

  it('of a new file is all added', () => {
    const diff = '--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+one\n+two\n';

    expect(parseDiff(diff)).toMatchObject({ added: 2, removed: 0, file: 'new' });
    expect(shown(diff)).toEqual([['. 1 +one', '. 2 +two']]);
  });

  it('of a deleted file is all removed', () => {
    expect(parseDiff('--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n')).toMatchObject({ added: 0, removed: 1, file: 'deleted' });
  });

  it('takes no line of code for a header', () => {
    const diff = '--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n--- a comment\n+++ counted\n same\n';

    expect(shown(diff)).toEqual([['1 . --- a comment', '. 1 +++ counted', '2 2  same']]);
  });

  it('tells where no line break ends a file', () => {
    const diff = '--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+one\n';

    expect(parseDiff(diff).hunks[0]?.lines.map((line) => line.isUnended)).toEqual([true, false]);
  });

  it('has as many hunks as its headers say', () => {
    const diff = '--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-a\n+b\n@@ -10,2 +10,1 @@ def f():\n x\n-y\n';

    expect(shown(diff)).toEqual([
      ['1 . -a', '. 1 +b'],
      ['10 10  x', '11 . -y'],
    ]);
  });

  it('of an empty line in the context keeps it, also where an editor took its space away', () => {
    expect(shown('--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n')).toEqual([['1 1  a', '2 2  ', '3 . -b', '. 3 +c']]);
  });

  it('that is none has no hunks', () => {
    expect(parseDiff('Binary files differ')).toMatchObject({ hunks: [], added: 0, removed: 0 });
  });
});

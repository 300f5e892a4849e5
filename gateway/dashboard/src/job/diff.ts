/** A line of a diff, with its number in the file before and in the one after. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  before: number | undefined;
  after: number | undefined;
  text: string;
  /** It is the file's last one, and no line break follows. */
  isUnended: boolean;
}

export interface Hunk {
  header: string;
  lines: DiffLine[];
}

export interface ParsedDiff {
  hunks: Hunk[];
  added: number;
  removed: number;
  /** What became of the file as a whole. */
  file: 'new' | 'changed' | 'deleted';
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const EMPTY = 1;

/**
 * Reads the unified diff of one file, as `diff -u` and git write it. What stands before the first hunk tells whether the
 * file is new; inside a hunk the counts in its header tell where it ends, so that a removed line `-- x`, which looks like
 * a header, is none.
 */
export function parseDiff(diff: string): ParsedDiff {
  const hunks: Hunk[] = [];
  let file: ParsedDiff['file'] = 'changed';
  let [before, after, oldLeft, newLeft] = [0, 0, 0, 0];
  for (const line of diff.split('\n')) {
    const hunk = hunks.at(-1);
    if (line.startsWith('\\')) {
      const last = hunk?.lines.at(-1);
      if (last !== undefined) {
        last.isUnended = true;
      }
      continue;
    }
    if (hunk !== undefined && (oldLeft > 0 || newLeft > 0)) {
      const text = line.slice(1);
      if (line.startsWith('+')) {
        hunk.lines.push({ kind: 'added', before: undefined, after: after++, text, isUnended: false });
        newLeft--;
      } else if (line.startsWith('-')) {
        hunk.lines.push({ kind: 'removed', before: before++, after: undefined, text, isUnended: false });
        oldLeft--;
      } else {
        hunk.lines.push({ kind: 'same', before: before++, after: after++, text, isUnended: false });
        oldLeft--;
        newLeft--;
      }
      continue;
    }
    const header = HUNK.exec(line);
    if (header !== null) {
      before = Number(header[1]);
      after = Number(header[3]);
      oldLeft = Number(header[2] ?? EMPTY);
      newLeft = Number(header[4] ?? EMPTY);
      hunks.push({ header: line, lines: [] });
    } else if (line.startsWith('--- /dev/null')) {
      file = 'new';
    } else if (line.startsWith('+++ /dev/null')) {
      file = 'deleted';
    }
  }
  const all = hunks.flatMap((hunk) => hunk.lines);
  const counted = (kind: DiffLine['kind']) => all.filter((line) => line.kind === kind).length;
  return { hunks, added: counted('added'), removed: counted('removed'), file };
}

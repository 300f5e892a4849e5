import type { TestReport, TestResult } from '../api';

/** The tests of one file, those that did not pass first. */
export interface TestFile {
  path: string;
  tests: TestResult[];
  failed: number;
  passed: number;
  skipped: number;
}

const ORDER: Record<TestResult['outcome'], number> = { failed: 0, error: 1, skipped: 2, passed: 3 };

/** By file, as they stand in the report; files with failures come first. */
export function testFiles(report: TestReport): TestFile[] {
  const byFile = new Map<string, TestResult[]>();
  for (const test of report.tests ?? []) {
    const path = fileOf(test.id);
    byFile.set(path, [...(byFile.get(path) ?? []), test]);
  }
  return [...byFile.entries()]
    .map(([path, tests]) => ({
      path,
      tests: [...tests].sort((one, other) => ORDER[one.outcome] - ORDER[other.outcome]),
      failed: tests.filter((test) => test.outcome === 'failed' || test.outcome === 'error').length,
      passed: tests.filter((test) => test.outcome === 'passed').length,
      skipped: tests.filter((test) => test.outcome === 'skipped').length,
    }))
    .sort((one, other) => Number(other.failed > 0) - Number(one.failed > 0));
}

/** Such as tests/test_a.py of tests/test_a.py::TestX::test_y[a::b]. */
export const fileOf = (id: string): string => id.split('::', 1)[0] ?? id;

/** What stands behind the file: class, function, parameters. */
export const nameOf = (id: string): string => (id.includes('::') ? id.slice(id.indexOf('::') + 2) : id);

/** How many tests there are; the report may hold fewer, as it has room for. */
export function totalsOf(report: TestReport): { passed: number; failed: number; skipped: number; all: number; told: number } {
  const tests = report.tests ?? [];
  const counted = (...outcomes: TestResult['outcome'][]) => tests.filter((test) => outcomes.includes(test.outcome)).length;
  const passed = report.totals?.passed ?? counted('passed');
  const failed = report.totals === undefined ? counted('failed', 'error') : report.totals.failed + report.totals.error;
  const skipped = report.totals?.skipped ?? counted('skipped');
  return { passed, failed, skipped, all: passed + failed + skipped, told: tests.length };
}

/** The lines that such ranges as 7 and 12-15 name. */
export function linesOf(ranges: readonly string[]): Set<number> {
  const lines = new Set<number>();
  for (const range of ranges) {
    const [from, to = from] = range.split('-').map(Number);
    for (let line = from ?? 0; line <= (to ?? 0); line++) {
      lines.add(line);
    }
  }
  return lines;
}

/** The place that such a text as roman.py:3 names. */
export function placeOf(text: string): { path: string; line: number } | undefined {
  const found = /^(.+):(\d+)$/.exec(text);
  return found === null ? undefined : { path: found[1] ?? '', line: Number(found[2]) };
}

import { describe, expect, it } from 'vitest';
import { bank, calculator, easter } from './fixtures';
import { fileOf, linesOf, nameOf, placeOf, testFiles, totalsOf } from './testList';

describe('a test report', () => {
  it('has its failures first', () => {
    const [file] = testFiles(easter.job.report!);

    expect(file).toMatchObject({ path: 'tests/test_easter.py', failed: 6, passed: 19 });
    expect(file?.tests.slice(0, 7).map((test) => test.outcome)).toEqual([...Array<string>(6).fill('failed'), 'passed']);
  });

  it('counts all tests, also those that it has no room for', () => {
    const report = { ...bank.job.report!, totals: { passed: 900, failed: 20, error: 3, skipped: 1 } };

    expect(totalsOf(report)).toEqual({ passed: 900, failed: 23, skipped: 1, all: 924, told: 26 });
  });

  it('without totals counts what it tells', () => {
    const report = { ...calculator.job.report! };
    delete report.totals;

    expect(totalsOf(report)).toEqual(totalsOf(calculator.job.report!));
  });
});

it('the id of a test has a file and a name, whatever stands in its parameters', () => {
  expect([fileOf('tests/test_a.py::T::test_x[a::b]'), nameOf('tests/test_a.py::T::test_x[a::b]')]).toEqual([
    'tests/test_a.py',
    'T::test_x[a::b]',
  ]);
});

it('ranges of lines are lines', () => {
  expect([...linesOf(['7', '12-14'])]).toEqual([7, 12, 13, 14]);
});

it('a place is a path and a line', () => {
  expect([placeOf('src/a.py:31'), placeOf('nowhere')]).toEqual([{ path: 'src/a.py', line: 31 }, undefined]);
});

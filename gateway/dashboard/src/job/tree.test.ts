import { describe, expect, it } from 'vitest';
import { parentOf, treeRows } from './tree';

const shown = (paths: string[], ...closed: string[]) =>
  treeRows(paths, new Set(closed)).map((row) => `${'  '.repeat(row.level - 1)}${row.name}${row.kind === 'folder' ? '/' : ''}`);

describe('the tree of files', () => {
  const paths = ['setup.cfg', 'src/app/main.py', 'tests/test_app.py', 'src/util.py', 'src/app/a.py'];

  it('has folders first, each in order', () => {
    expect(shown(paths)).toEqual(['src/', '  app/', '    a.py', '    main.py', '  util.py', 'tests/', '  test_app.py', 'setup.cfg']);
  });

  it('shows nothing of what is closed', () => {
    expect(shown(paths, 'src', 'src/app')).toEqual(['src/', 'tests/', '  test_app.py', 'setup.cfg']);
  });

  it('knows the place of each row among its brothers', () => {
    expect(treeRows(paths, new Set()).map((row) => [row.path, row.place, row.of])).toEqual([
      ['src', 1, 3],
      ['src/app', 1, 2],
      ['src/app/a.py', 1, 2],
      ['src/app/main.py', 2, 2],
      ['src/util.py', 2, 2],
      ['tests', 2, 3],
      ['tests/test_app.py', 1, 1],
      ['setup.cfg', 3, 3],
    ]);
  });

  it('is empty without files', () => {
    expect(shown([])).toEqual([]);
  });

  it('tells the folder of a path', () => {
    expect([parentOf('src/app/a.py'), parentOf('a.py')]).toEqual(['src/app', '']);
  });
});

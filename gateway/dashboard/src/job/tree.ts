/** A row of the tree of files: a folder, or a file. */
export interface TreeRow {
  path: string;
  name: string;
  /** From 1, as aria-level counts. */
  level: number;
  kind: 'folder' | 'file';
  isOpen: boolean;
  /** Its place among its brothers, from 1, and how many there are. */
  place: number;
  of: number;
}

interface Folder {
  path: string;
  folders: Map<string, Folder>;
  files: string[];
}

/** The rows of a tree of these paths that can be seen while the folders in `closed` are closed; folders come first. */
export function treeRows(paths: readonly string[], closed: ReadonlySet<string>): TreeRow[] {
  const root: Folder = { path: '', folders: new Map(), files: [] };
  for (const path of paths) {
    let folder = root;
    for (const name of path.split('/').slice(0, -1)) {
      let inner = folder.folders.get(name);
      if (inner === undefined) {
        inner = { path: folder.path === '' ? name : `${folder.path}/${name}`, folders: new Map(), files: [] };
        folder.folders.set(name, inner);
      }
      folder = inner;
    }
    folder.files.push(path);
  }
  return rowsOf(root, 1, closed);
}

const byName = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function rowsOf(folder: Folder, level: number, closed: ReadonlySet<string>): TreeRow[] {
  const folders = [...folder.folders.entries()].sort(([one], [other]) => byName(one, other));
  const files = [...folder.files].sort(byName);
  const of = folders.length + files.length;
  return [
    ...folders.flatMap(([name, inner], i) => {
      const isOpen = !closed.has(inner.path);
      const row: TreeRow = { path: inner.path, name, level, kind: 'folder', isOpen, place: i + 1, of };
      return isOpen ? [row, ...rowsOf(inner, level + 1, closed)] : [row];
    }),
    ...files.map((path, i): TreeRow => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return { path, name, level, kind: 'file', isOpen: false, place: folders.length + i + 1, of };
    }),
  ];
}

/** The folder that this path lies in; empty at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

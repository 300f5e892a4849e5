import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { request, type Artefact, type Job, type Problem, type TestReport } from '../api';
import { toJob } from '../route';
import { CopyButton } from '../ui/CopyButton';
import { EmptyState } from '../ui/EmptyState';
import { bytes, plural } from '../ui/format';
import { ProblemView, problemFrom } from '../ui/ProblemView';
import { isFinal } from './chain';
import { Code, type Mark } from './Code';
import { linesOf } from './testList';
import { parentOf, treeRows, type TreeRow } from './tree';

/** What the job has made: a tree, and the file that is looked at. */
export function FilesView({ job, path, line }: { job: Job; path: string; line: number | undefined }) {
  const files = job.artefacts;
  const first = files.find((file) => file.path.endsWith('.py') && !file.path.startsWith('tests/')) ?? files[0];
  const shown = path === '' ? first : files.find((file) => file.path === path);
  if (files.length === 0) {
    return (
      <EmptyState title="No files yet">
        {isFinal(job.status) ? 'This job ended before a file was written.' : 'They come here as the builder and the tester write them.'}
      </EmptyState>
    );
  }
  return (
    <div className="job-files">
      <div className="files-list">
        <div className="files-head">
          <span className="muted">
            {plural(files.length, 'file')}, {bytes(files.reduce((sum, file) => sum + file.size, 0))}
          </span>
          <a className="button" href={`/jobs/${job.id}/artefacts.zip`} download={`${job.id}.zip`}>
            Download all
          </a>
        </div>
        <Tree jobId={job.id} paths={files.map((file) => file.path)} chosen={shown?.path} />
      </div>
      {shown === undefined ? (
        <div className="file">
          <p role="alert">
            There is no file <code>{path}</code> in this job.
          </p>
        </div>
      ) : (
        <File key={shown.path} file={shown} report={job.report} line={line} />
      )}
    </div>
  );
}

/** What the tests left out in a file, by line. */
function marksOf(report: TestReport | undefined, path: string): ReadonlyMap<number, Mark> {
  const marks = new Map<number, Mark>();
  const missed = report?.coverage?.files?.find((file) => file.path === path)?.missed ?? [];
  linesOf(missed).forEach((line) => marks.set(line, { look: 'missed', text: 'This line did not run in the tests.' }));
  for (const survivor of report?.mutation?.survivors ?? []) {
    if (survivor.path === path) {
      marks.set(survivor.line, { look: 'survivor', text: `No test noticed when ${survivor.change}.` });
    }
  }
  return marks;
}

function File({ file, report, line }: { file: Artefact; report: TestReport | undefined; line: number | undefined }) {
  const marks = useMemo(() => marksOf(report, file.path), [report, file.path]);
  const { text, problem } = useText(file);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return (
    <div className="file">
      <div className="file-head">
        <h3>{file.path}</h3>
        <span className="muted">{bytes(file.size)}</span>
        {text !== undefined && <CopyButton text={text} />}
        <a className="button" href={file.href} download={name}>
          Download
        </a>
      </div>
      {marks.size > 0 && (
        <p className="muted file-marks">
          {[...marks.values()].some((mark) => mark.look === 'missed') && <span className="mark-key mark-missed">did not run in the tests</span>}
          {[...marks.values()].some((mark) => mark.look === 'survivor') && <span className="mark-key mark-survivor">no test noticed a change here</span>}
        </p>
      )}
      {problem !== undefined && text === undefined && <ProblemView problem={problem} />}
      {text !== undefined && <Code path={file.path} text={text} marks={marks} line={line} />}
      {text === undefined && problem === undefined && <div className="code-view code-waits" aria-busy="true" />}
    </div>
  );
}

/** A file is what its hash says: once read it is kept. */
const READ = new Map<string, string>();
const KEPT = 200;

function useText(file: Artefact): { text: string | undefined; problem: Problem | undefined } {
  const [, setRead] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const text = READ.get(file.sha256);
  useEffect(() => {
    if (READ.has(file.sha256)) {
      return undefined;
    }
    const aborting = new AbortController();
    request(file.href, { signal: aborting.signal })
      .then((response) => response.text())
      .then((read) => {
        if (READ.size >= KEPT) {
          READ.clear();
        }
        READ.set(file.sha256, read);
        setRead(file.sha256);
        setProblem(undefined);
      })
      .catch((failure: unknown) => !aborting.signal.aborted && setProblem(problemFrom(failure)));
    return () => aborting.abort();
  }, [file.href, file.sha256]);
  return { text, problem };
}

interface TreeProps {
  jobId: string;
  paths: readonly string[];
  chosen: string | undefined;
}

/** Moved through with the arrow keys, as the ARIA pattern of a tree says; Enter opens a file. */
function Tree({ jobId, paths, chosen }: TreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(chosen);
  const rows = useMemo(() => treeRows(paths, closed), [paths, closed]);
  const list = useRef<HTMLUListElement>(null);
  const active = rows.find((row) => row.path === at)?.path ?? rows.find((row) => row.path === chosen)?.path ?? rows[0]?.path;

  const go = (path: string | undefined) => {
    if (path !== undefined) {
      setAt(path);
      list.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus();
    }
  };
  const toggle = (path: string, open: boolean) =>
    setClosed((before) => {
      const after = new Set(before);
      if (open) {
        after.delete(path);
      } else {
        after.add(path);
      }
      return after;
    });
  const act = (row: TreeRow) => {
    setAt(row.path);
    if (row.kind === 'folder') {
      toggle(row.path, !row.isOpen);
    } else {
      window.location.assign(toJob(jobId, 'files', row.path));
    }
  };
  const press = (event: KeyboardEvent, row: TreeRow) => {
    const index = rows.indexOf(row);
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(rows[index + 1]?.path),
      ArrowUp: () => go(rows[index - 1]?.path),
      Home: () => go(rows[0]?.path),
      End: () => go(rows.at(-1)?.path),
      ArrowRight: () => (row.kind === 'folder' && !row.isOpen ? toggle(row.path, true) : row.kind === 'folder' && go(rows[index + 1]?.path)),
      ArrowLeft: () => (row.kind === 'folder' && row.isOpen ? toggle(row.path, false) : go(parentOf(row.path) || undefined)),
      Enter: () => act(row),
      ' ': () => act(row),
    };
    const key = keys[event.key];
    if (key !== undefined) {
      event.preventDefault();
      key();
    }
  };
  return (
    <ul className="tree" role="tree" aria-label="Files" ref={list}>
      {rows.map((row) => (
        <li
          key={row.path}
          role="treeitem"
          data-path={row.path}
          aria-level={row.level}
          aria-posinset={row.place}
          aria-setsize={row.of}
          aria-expanded={row.kind === 'folder' ? row.isOpen : undefined}
          aria-selected={row.path === chosen}
          tabIndex={row.path === active ? 0 : -1}
          style={{ paddingLeft: `${row.level * 0.9}rem` }}
          onClick={() => act(row)}
          onKeyDown={(event) => press(event, row)}
        >
          <span aria-hidden="true" className={`tree-mark tree-${row.kind}`}>
            {row.kind === 'folder' ? (row.isOpen ? '▾' : '▸') : ''}
          </span>
          {row.name}
        </li>
      ))}
    </ul>
  );
}

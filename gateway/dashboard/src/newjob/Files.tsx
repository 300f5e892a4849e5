import { useState } from 'react';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { bytes, utf8 } from '../ui/format';
import type { SourceFile } from './draft';

interface Props {
  files: readonly SourceFile[];
  errors: readonly string[];
  onChange: (files: SourceFile[]) => void;
}

/** Files that come with a job, as text. */
export function Files({ files, errors, onChange }: Props) {
  const [unreadable, setUnreadable] = useState<string[]>([]);
  const add = async (chosen: readonly File[]) => {
    const read = await Promise.all(chosen.map(read1));
    setUnreadable(read.filter((each) => each.content === undefined).map((each) => `${each.path} is no text in UTF-8`));
    const taken = read.filter((each): each is SourceFile => each.content !== undefined);
    const names = new Set(taken.map((each) => each.path));
    onChange([...files.filter((file) => !names.has(file.path)), ...taken]);
  };
  return (
    <div className="source-files">
      <Field label="Files" hint="Up to 40; the tests among them run as they are." errors={[...unreadable, ...errors]}>
        {(tied) => (
          <input
            {...tied}
            type="file"
            multiple
            onChange={(event) => {
              void add(Array.from(event.target.files ?? []));
              event.target.value = ''; // so that the same file can be chosen again
            }}
          />
        )}
      </Field>
      {files.length > 0 && (
        <ul>
          {files.map((file, i) => (
            <li key={file.path}>
              <input
                className="mono"
                aria-label={`Path of file ${i + 1}`}
                defaultValue={file.path}
                spellCheck={false}
                onBlur={(event) => onChange(files.map((each, at) => (at === i ? { ...each, path: event.target.value } : each)))}
              />
              <span className="hint tabular">{bytes(utf8(file.content))}</span>
              <Button look="quiet" aria-label={`Leave out ${file.path}`} onClick={() => onChange(files.filter((_, at) => at !== i))}>
                ✕
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

async function read1(file: File): Promise<{ path: string; content: string | undefined }> {
  const path = file.webkitRelativePath || file.name;
  try {
    return { path, content: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()) };
  } catch {
    return { path, content: undefined };
  }
}

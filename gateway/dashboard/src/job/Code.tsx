import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { Token } from './highlight';

/** Something to know about a line. */
export interface Mark {
  look: 'missed' | 'survivor';
  text: string;
}

interface Props {
  path: string;
  text: string;
  marks?: ReadonlyMap<number, Mark>;
  /** To be brought into sight. */
  line?: number | undefined;
}

/** A file, with numbers, and colours as soon as what makes them is there; drawn once, whatever the job does meanwhile. */
export const Code = memo(function Code({ path, text, marks, line }: Props) {
  const bare = useMemo(() => bareLines(text), [text]);
  const [coloured, setColoured] = useState<{ path: string; text: string; lines: Token[][] }>();
  useEffect(() => {
    let isWanted = true;
    // A file of its own: who looks at no code needs no grammars.
    import('./highlight')
      .then(({ highlighted }) => isWanted && setColoured({ path, text, lines: highlighted(path, text) }))
      .catch((failure: unknown) => console.warn('the code stays without colours:', failure));
    return () => {
      isWanted = false;
    };
  }, [path, text]);
  const lines = coloured?.path === path && coloured.text === text ? coloured.lines : bare;
  const wanted = useRef<HTMLDivElement>(null);
  useEffect(() => wanted.current?.scrollIntoView({ block: 'center' }), [line, path]);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so that keys have to reach it
    <div className="code-view" role="region" aria-label={path} tabIndex={0}>
      <code>
        {lines.map((tokens, i) => {
          const mark = marks?.get(i + 1);
          const isWanted = line === i + 1;
          return (
            <div key={i} ref={isWanted ? wanted : undefined} className={`code-line${mark === undefined ? '' : ` mark-${mark.look}`}${isWanted ? ' code-wanted' : ''}`}>
              <span className="code-number" data-number={i + 1} title={mark?.text} />
              <span className="code-text">
                {tokens.map((token, j) => (token.look === '' ? token.text : <span key={j} className={token.look}>{token.text}</span>))}
                {'\n'}
              </span>
            </div>
          );
        })}
      </code>
    </div>
  );
});

function bareLines(text: string): Token[][] {
  const lines = text.split('\n').map((line) => [{ text: line, look: '' }]);
  return lines.length > 1 && text.endsWith('\n') ? lines.slice(0, -1) : lines;
}

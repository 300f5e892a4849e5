import type { ReactNode } from 'react';

interface Props {
  /** What it is, for who does not see it. */
  name: string;
  className?: string;
  children: ReactNode;
}

/** What is longer than its place, and scrolls in it: by keys, too. */
export function Scrolled({ name, className, children }: Props) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so that keys have to reach it
    <div role="group" aria-label={name} tabIndex={0} className={className}>
      {children}
    </div>
  );
}

/** Likewise, for text as it is. */
export function ScrolledText({ name, text }: { name: string; text: string }) {
  return (
    <Scrolled name={name} className="scrolled">
      <pre>{text}</pre>
    </Scrolled>
  );
}

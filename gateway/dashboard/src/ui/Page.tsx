import { useEffect, useRef, type ReactNode } from 'react';
import './ui.css';

interface Props {
  /** Of the browser's tab. */
  title: string;
  className?: string;
  children: ReactNode;
}

/** A page: it names the tab, and takes the focus when one comes to it, so that a screen reader begins there. */
export function Page({ title, className, children }: Props) {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${title} · Nexus`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest('nav') !== null) {
      main.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <main id="main" ref={main} tabIndex={-1} className={`page${className ? ` ${className}` : ''}`}>
      {children}
    </main>
  );
}

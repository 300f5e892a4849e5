import { useEffect, useState } from 'react';
import { Button } from './Button';

const SHOWN_MILLIS = 1500;

/** Copies a text; says whether that worked. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) {
      return;
    }
    const timer = setTimeout(() => setSaid(undefined), SHOWN_MILLIS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setSaid('Copied'))
      .catch(() => setSaid('Not allowed')); // by the browser: the text can still be marked by hand
  return (
    <Button look="quiet" className="copy-button" onClick={copy}>
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  );
}

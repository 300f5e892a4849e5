import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './Button';
import './ui.css';

interface Props {
  title: string;
  /** Absent if it cannot be closed but by what is in it. */
  onClose?: () => void;
  children: ReactNode;
}

/** A dialog before everything else; the browser keeps the focus in it. It is open as long as it is rendered. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement) {
        before.focus();
      }
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div className="dialog-head">
        <h2 id={heading}>{title}</h2>
        {onClose !== undefined && (
          <Button look="quiet" aria-label="Close" onClick={onClose}>
            ✕
          </Button>
        )}
      </div>
      {children}
    </dialog>
  );
}

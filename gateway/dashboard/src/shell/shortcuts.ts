import { useEffect, useSyncExternalStore } from 'react';

/**
 * Keys that do something wherever one is, but where one writes. They can be switched off (WCAG 2.1.4): who speaks to a
 * computer may type them by mistake.
 */
const KEY = 'nexus.shortcuts';
const SEQUENCE_MILLIS = 1500;
const listeners = new Set<() => void>();

const on = () => localStorage.getItem(KEY) !== 'off';

export function switchShortcuts(yes: boolean) {
  localStorage.setItem(KEY, yes ? 'on' : 'off');
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useShortcutsOn = (): boolean => useSyncExternalStore(subscribe, on);

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));
}

/** @param actions by key, such as `?`, or by two keys one after the other, such as `g j` */
export function useShortcuts(actions: Record<string, () => void>) {
  useEffect(() => {
    let first = '';
    let at = 0;
    const pressed = (event: KeyboardEvent) => {
      if (!on() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) {
        return;
      }
      if (document.querySelector('dialog[open]') !== null) {
        return;
      }
      const both = Date.now() - at < SEQUENCE_MILLIS ? `${first} ${event.key}` : event.key;
      const action = actions[both] ?? actions[event.key];
      first = event.key;
      at = Date.now();
      if (action !== undefined) {
        event.preventDefault();
        first = '';
        action();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [actions]);
}

import { useSyncExternalStore } from 'react';

/** Light or dark: as the system says, or as the switch says. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'nexus.theme';
const ORDER: Theme[] = ['system', 'light', 'dark'];
const listeners = new Set<() => void>();

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  return ORDER.find((theme) => theme === kept) ?? 'system';
}

/** Puts the chosen theme on the page; called before anything is drawn. */
export function applyTheme() {
  const theme = chosen();
  if (theme === 'system') {
    delete document.documentElement.dataset['theme'];
  } else {
    document.documentElement.dataset['theme'] = theme;
  }
}

export function chooseTheme(theme: Theme) {
  localStorage.setItem(KEY, theme);
  applyTheme();
  listeners.forEach((listener) => listener());
}

export const nextTheme = () => chooseTheme(ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length] ?? 'system');

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, chosen);

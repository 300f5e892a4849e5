import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { request } from '../api';
import type { Route } from '../route';
import { signedOut, useKeyNeeded, useSignedIn } from '../session';
import { Button } from '../ui/Button';
import { Help } from './Help';
import { Mistake } from './Mistake';
import { ServerNotice } from './ServerNotice';
import { SignIn } from './SignIn';
import { nextTheme, useTheme, type Theme } from './theme';
import { useShortcuts } from './shortcuts';
import './shell.css';

const PAGES: { page: Route['page']; href: string; text: string }[] = [
  { page: 'new', href: '#/', text: 'New job' },
  { page: 'jobs', href: '#/jobs', text: 'Jobs' },
  { page: 'system', href: '#/system', text: 'System' },
];

const THEMES: Record<Theme, { text: string; path: string }> = {
  system: { text: 'Theme: as the system', path: 'M3 4h14v9H3zM7 17h6M10 13v4' },
  light: { text: 'Theme: light', path: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M4 16l1.4-1.4M14.6 5.4 16 4' },
  dark: { text: 'Theme: dark', path: 'M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z' },
};

const go = (hash: string) => () => {
  window.location.hash = hash;
};

/** What stands around every page: where one can go, the theme, and what concerns all pages. */
export function Shell({ page, children }: { page: Route['page']; children: ReactNode }) {
  const [help, setHelp] = useState(false);
  const keyNeeded = useKeyNeeded();
  useShortcuts(
    useMemo(
      () => ({
        'g n': go('#/'),
        'g j': go('#/jobs'),
        'g s': go('#/system'),
        t: nextTheme,
        '?': () => setHelp(true),
      }),
      [],
    ),
  );
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [page]);
  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <header className="shell-head">
        <a className="brand" href="#/" aria-label="Nexus">
          <Brand />
          <span>Nexus</span>
        </a>
        <nav aria-label="Pages">
          {PAGES.map((each) => (
            <a
              key={each.page}
              href={each.href}
              aria-current={each.page === page || (each.page === 'jobs' && page === 'job') ? 'page' : undefined}
            >
              {each.text}
            </a>
          ))}
        </nav>
        <div className="shell-tools">
          <SignOut />
          <ThemeSwitch />
          <Button look="quiet" aria-label="Keys and help" title="Keys and help (?)" onClick={() => setHelp(true)}>
            ?
          </Button>
        </div>
      </header>
      <Mistake key={page}>{children}</Mistake>
      <ServerNotice />
      {keyNeeded && <SignIn />}
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  );
}

/** Three agents, one chain. */
function Brand() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <path d="M8 16h16" />
      <circle cx="6" cy="16" r="3.5" />
      <circle cx="16" cy="16" r="3.5" />
      <circle cx="26" cy="16" r="3.5" />
    </svg>
  );
}

function ThemeSwitch() {
  const theme = useTheme();
  const { text, path } = THEMES[theme];
  return (
    <Button look="quiet" aria-label={text} title={`${text} (t)`} onClick={nextTheme}>
      <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <path d={path} />
      </svg>
    </Button>
  );
}

function SignOut() {
  const there = useSignedIn();
  const leave = () => request('/session', { method: 'DELETE' }).then(signedOut, signedOut); // away or not, it is meant
  return there ? (
    <Button look="quiet" onClick={leave}>
      Sign out
    </Button>
  ) : null;
}

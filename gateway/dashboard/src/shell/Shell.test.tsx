import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../App';
import { getJson } from '../api';
import { StatusBadge } from '../ui/StatusBadge';
import { gatewayOf, json, problem } from '../test/gateway';

describe('around every page', () => {
  it('keys lead to the others, but not while one writes, and not where they are switched off', async () => {
    gatewayOf({ 'GET /system': () => problem(404, 'not_found') });
    render(<App />);

    await userEvent.keyboard('gs');
    await waitFor(() => expect(document.title).toBe('System · Nexus'));
    await userEvent.keyboard('gn');
    await waitFor(() => expect(document.title).toBe('New job · Nexus'));
    await userEvent.type(screen.getByLabelText('What should be built?'), 'gs');
    expect(document.title).toBe('New job · Nexus');

    act(() => (document.activeElement as HTMLElement).blur());
    await userEvent.keyboard('?');
    await userEvent.click(screen.getByRole('checkbox', { name: 'Single keys do something' }));
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    await userEvent.keyboard('gs');
    expect(document.title).toBe('New job · Nexus');
  });

  it('the theme is chosen, and kept', async () => {
    render(<App />);

    await userEvent.click(screen.getByRole('button', { name: 'Theme: as the system' }));
    await userEvent.click(screen.getByRole('button', { name: 'Theme: light' }));

    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('nexus.theme')).toBe('dark');
    await userEvent.click(screen.getByRole('button', { name: 'Theme: dark' }));
    expect(document.documentElement.dataset['theme']).toBeUndefined();
  });

  it('a key is asked for where one is needed, given once and kept nowhere; then the page goes on', async () => {
    const good = 'nxs_id_secret';
    let session = false;
    const asked = gatewayOf({
      'GET /jobs': () => (session ? json({ jobs: [] }) : problem(401, 'unauthorized')),
      'POST /session': ({ headers }) => {
        session = headers.get('Authorization') === `Bearer ${good}`;
        return session ? new Response(null, { status: 204 }) : problem(401, 'unauthorized', { detail: 'this key is not known' });
      },
      'DELETE /session': () => new Response(null, { status: 204 }),
    });
    render(<App />);
    const answer = getJson('/jobs');
    await userEvent.type(await screen.findByLabelText('API key'), 'nxs_wrong');
    await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
    expect((await screen.findByRole('alert')).textContent).toContain('this key is not known');

    await userEvent.clear(screen.getByLabelText('API key'));
    await userEvent.type(screen.getByLabelText('API key'), ` ${good} `);
    await userEvent.click(screen.getByRole('button', { name: 'Go on' }));

    await expect(answer).resolves.toEqual({ jobs: [] });
    await waitFor(() => expect(screen.queryByLabelText('API key')).toBeNull());
    expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }, asked.map((each) => each.path)])).not.toContain('secret');

    await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
    expect(await screen.findByLabelText('API key')).toBeTruthy();
    await userEvent.type(screen.getByLabelText('API key'), good);
    await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
    await waitFor(() => expect(screen.queryByLabelText('API key')).toBeNull());
  });

  it('it is told that the gateway is away, until it is back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    let away = true;
    gatewayOf({
      'GET /jobs': () => {
        throw new TypeError('away');
      },
      'GET /health': () => {
        if (away) {
          throw new TypeError('away');
        }
        return json({ status: 'UP' });
      },
    });
    render(<App />);

    await act(() => getJson('/jobs').catch(() => undefined));
    expect(screen.getByText('The gateway does not answer.')).toBeTruthy();
    away = false;
    await act(() => vi.advanceTimersByTimeAsync(4000));

    expect(screen.queryByText('The gateway does not answer.')).toBeNull();
    vi.useRealTimers();
  });

  it('an address that leads nowhere says so', () => {
    window.location.hash = '#/nowhere';

    render(<App />);

    expect(screen.getByText('There is no such page')).toBeTruthy();
  });
});

describe('a status', () => {
  it('that a newer gateway knows is shown as it is', () => {
    render(<StatusBadge status="held_back" />);

    expect(screen.getByText('held back')).toBeTruthy();
  });
});

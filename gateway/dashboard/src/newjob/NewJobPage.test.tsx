import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { gatewayOf, json, problem } from '../test/gateway';
import { NewJobPage } from './NewJobPage';

const shown = (query = '') => render(<NewJobPage query={new URLSearchParams(query)} />);
const spec = () => screen.getByLabelText('What should be built?');

describe('a new job', () => {
  it('is submitted once, however often one clicks, and shown', async () => {
    let answer: (response: Response) => void = () => {};
    const asked = gatewayOf({ 'POST /jobs': () => new Promise<Response>((resolve) => (answer = resolve)) });
    shown();
    await userEvent.type(spec(), 'a stack');

    await userEvent.dblClick(screen.getByRole('button', { name: /Submit/ }));
    answer(json({ id: 'j1' }, 202));

    await waitFor(() => expect(window.location.hash).toBe('#/jobs/j1'));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.body).toEqual({ kind: 'pipeline', spec: 'a stack' });
  });

  it('that is sent again after a lost answer is the same job, and another one is another', async () => {
    let lost = true;
    const asked = gatewayOf({
      'POST /jobs': () => {
        if (lost) {
          throw new TypeError('connection lost');
        }
        return json({ id: 'j1' }, 202);
      },
    });
    shown();
    await userEvent.type(spec(), 'a stack');
    await userEvent.click(screen.getByRole('button', { name: /Submit/ }));
    expect(await screen.findByRole('alert')).toHaveProperty('textContent', expect.stringContaining('cannot be reached'));

    lost = false;
    await userEvent.click(screen.getByRole('button', { name: /Submit/ }));
    await waitFor(() => expect(asked).toHaveLength(2));
    await userEvent.click(screen.getByRole('button', { name: /Submit/ }));
    await waitFor(() => expect(asked).toHaveLength(3));

    const keys = asked.map((each) => each.headers.get('Idempotency-Key'));
    expect(keys[0]).toMatch(/^web-[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('is submitted by Ctrl+Enter', async () => {
    const asked = gatewayOf({ 'POST /jobs': () => json({ id: 'j1' }, 202) });
    shown();

    await userEvent.type(spec(), 'a stack{Control>}{Enter}{/Control}');

    await waitFor(() => expect(asked).toHaveLength(1));
  });

  it('that is refused shows at each field what is wrong there, and goes to the first', async () => {
    gatewayOf({
      'POST /jobs': () =>
        problem(400, 'invalid_request', {
          errors: [
            { pointer: '/spec', detail: 'is empty' },
            { pointer: '/options/budgetUsd', detail: 'must be a number' },
            { pointer: '/metadata', detail: 'must be an object' },
          ],
        }),
    });
    shown();

    await userEvent.click(screen.getByRole('button', { name: /Submit/ }));

    await waitFor(() => expect(document.activeElement).toBe(spec()));
    expect(spec().getAttribute('aria-invalid')).toBe('true');
    const budget = screen.getByLabelText('Budget, US dollars');
    const described = (budget.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(described).toContain('Must be a number');
    const told = screen.getByRole('alert').textContent;
    expect(told).toContain('must be an object');
    expect(told).not.toContain('is empty');
  });

  it('that may exist already is named', async () => {
    gatewayOf({ 'POST /jobs': () => problem(503, 'unavailable', { jobId: 'j7' }), 'GET /health': () => json({ status: 'UP' }) });
    shown();

    await userEvent.click(screen.getByRole('button', { name: /Submit/ }));

    expect((await screen.findByRole('link', { name: 'this job' })).getAttribute('href')).toBe('#/jobs/j7');
  });

  it('can begin with a sample, and go back to what was written', async () => {
    shown();
    await userEvent.type(spec(), 'mine');
    await userEvent.click(screen.getByRole('button', { name: 'LRU cache' }));
    expect(spec()).toHaveProperty('value', expect.stringContaining('LRU cache'));

    await userEvent.click(screen.getByRole('button', { name: /Back to mine/ }));

    expect(spec()).toHaveProperty('value', 'mine');
  });

  it('takes what its address says, and offers the newest jobs', async () => {
    gatewayOf({ 'GET /jobs': () => json({ jobs: [{ id: 'j1', title: 'Stack', status: 'completed' }] }) });

    shown('kind=retry&job=j1');

    expect(screen.getByRole('radio', { name: /Retry/ })).toHaveProperty('checked', true);
    expect(screen.getByLabelText('Job')).toHaveProperty('value', 'j1');
    expect(await screen.findByText('Stack · Completed')).toBeTruthy();
  });

  it('takes text files, and says which are none', async () => {
    shown();
    await userEvent.click(screen.getByRole('radio', { name: 'Files' }));

    await userEvent.upload(screen.getByLabelText('Files', { selector: 'input[type=file]' }), [
      new File(['x = 1'], 'a.py'),
      new File([new Uint8Array([0xff, 0xfe])], 'b.bin'),
    ]);

    expect(await screen.findByText('B.bin is no text in UTF-8')).toBeTruthy();
    expect(screen.getByLabelText('Path of file 1')).toHaveProperty('value', 'a.py');
  });

  it('tells a screen reader of nothing before there is something', () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('away')));

    shown();

    expect(screen.queryByRole('alert')).toBeNull();
  });
});

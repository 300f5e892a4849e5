import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeEventSource, gatewayOf, json, type Asked } from '../test/gateway';
import { job } from './list.test';

describe('the page of jobs', () => {
  beforeEach(() => {
    FakeEventSource.use();
    window.location.hash = '#/jobs';
  });
  const rows = () => screen.queryAllByRole('listitem').map((row) => row.querySelector('.row-name')?.textContent);
  const answering = (page: (asked: Asked) => object) => gatewayOf({ 'GET /jobs': (asked) => json(page(asked)) });

  it('says what to do where there is no job', async () => {
    answering(() => ({ jobs: [] }));

    render(<App />);

    expect(await screen.findByText('No job yet')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Make the first job' }).getAttribute('href')).toBe('#/');
  });

  it('shows a new job as soon as an event tells of it', async () => {
    let jobs = [job(1)];
    answering(() => ({ jobs }));
    render(<App />);
    await waitFor(() => expect(rows()).toEqual(['Job 1']));
    jobs = [job(2, { status: 'in_progress' }), job(1)];

    act(() => {
      FakeEventSource.newest.open();
      FakeEventSource.newest.send('x', { type: 'job.accepted', jobId: 'job-0002', seq: 1 });
    });

    await waitFor(() => expect(rows()).toEqual(['Job 2', 'Job 1']));
    expect(screen.getByText('Live')).toBeTruthy();
  });

  it('keeps its filter in the address, and asks the gateway for what it can filter by', async () => {
    const asked = answering(() => ({ jobs: [job(1, { status: 'failed', title: 'Roman' }), job(2, { status: 'failed', title: 'Stack' })] }));
    render(<App />);
    await waitFor(() => expect(rows()).toHaveLength(2));

    await userEvent.click(screen.getByRole('link', { name: 'Failed' }));
    await userEvent.type(screen.getByRole('searchbox'), 'roman');

    await waitFor(() => expect(rows()).toEqual(['Roman']));
    expect(window.location.hash).toBe('#/jobs?status=failed&q=roman');
    expect(asked.at(-1)?.path).toBe('/jobs?limit=100&status=failed');
  });

  it('draws of ten thousand jobs only those that can be seen', async () => {
    answering(() => ({ jobs: Array.from({ length: 10_000 }, (_, i) => job(10_000 - i)) }));

    render(<App />);

    await waitFor(() => expect(rows().length).toBeGreaterThan(0));
    expect(rows().length).toBeLessThan(60);
    expect(screen.getAllByRole('listitem')[0]?.getAttribute('aria-setsize')).toBe('10000');
  });

  it('is gone through by keys', async () => {
    answering(() => ({ jobs: [job(3), job(2), job(1)] }));
    render(<App />);
    await waitFor(() => expect(rows()).toHaveLength(3));

    await userEvent.keyboard('jj{ArrowDown}k');

    await waitFor(() => expect(document.activeElement?.textContent).toContain('Job 2'));
  });
});

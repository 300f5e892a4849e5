import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../api';
import { approval, bank, easter, rust } from './fixtures';
import { FakeEventSource } from '../test/gateway';
import { RecordedGateway } from './fixtures/gateway';
import { JobPage } from './JobPage';

beforeEach(() => {
  // Nothing is laid out here: what a virtual list asks for is told.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(36);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Types without a pause between two keys. */
const user = userEvent.setup({ delay: null });

const at = (job: Job, ...rest: string[]) => render(<JobPage id={job.id} rest={rest} />);

const self = (job: Job, more = '') => `/jobs/${job.id}${more}`;

/** The bank's job as it was when its plan was made and the first tasks ran. */
const begun = (): Job => {
  const job: Job = { ...bank.job, status: 'in_progress', seq: 12, rounds: [], artefacts: [], tasks: bank.job.tasks.slice(0, 3).map((task, i) => (i === 0 ? task : { ...task, status: 'running' })) };
  for (const late of ['report', 'verdict', 'finishedAt', 'testQuality'] as const) {
    delete job[late];
  }
  return job;
};

describe('the overview', () => {
  it('is the chain as lists that can be read, with what each goes on from', async () => {
    new RecordedGateway(bank);
    at(bank.job);

    const first = await screen.findByRole('region', { name: 'First build' });

    expect(within(first).getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      expect.stringMatching(/^Make the planDone/),
      expect.stringMatching(/^The accountDone.*after Make the plan$/),
      expect.stringMatching(/^Write the testsDone.*after Make the plan$/),
      expect.stringMatching(/^Accounts together, and transfersDone.*after The account$/),
      expect.stringMatching(/^Run the testsTests failed.*after Accounts together, and transfers, Write the tests$/),
    ]);
    expect(screen.getByRole('region', { name: 'Repair 1' }).textContent).toContain('26 passed, 0 failed');
  });

  it('unfolds a task, with its worker and attempts', async () => {
    const gateway = new RecordedGateway(bank);
    at(bank.job);
    const node = (await screen.findAllByRole('button', { name: /^The account/ }))[0]!;
    await act(async () => gateway.tell(bank.events));

    await user.click(node);

    expect(node.getAttribute('aria-expanded')).toBe('true');
    expect((await screen.findByRole('list', { name: 'Attempts' })).textContent).toMatch(/Attempt 1 by builder-service-\w+/);
  });

  it('says why a job failed, and what to do', async () => {
    new RecordedGateway(easter);
    at(easter.job);

    expect((await screen.findByText('no_progress')).closest('.problem')?.textContent).toContain('What to do: More rounds would be in vain.');
  });

  it('of a job that is not there leads to the others', async () => {
    const gateway = new RecordedGateway(bank);
    gateway.refuses(`GET ${self(bank.job)}`, 404, 'not_found', { title: 'Not found' });
    at(bank.job);

    expect((await screen.findByRole('alert')).textContent).toContain('Not found');
    expect(screen.getByRole('link', { name: 'See all jobs' }).getAttribute('href')).toBe('#/jobs');
  });
});

describe('a job that runs', () => {
  it('is asked for again when events come, seldom, and only as a whole', async () => {
    vi.useFakeTimers();
    const gateway = new RecordedGateway(bank);
    gateway.job = begun();
    at(bank.job);
    await act(() => vi.advanceTimersByTimeAsync(1000));
    const before = gateway.count(`GET ${self(bank.job)}`);
    gateway.job = { ...begun(), seq: 39 };

    for (const event of bank.events.slice(0, 39)) {
      await act(async () => {
        await gateway.tell([event]);
        await vi.advanceTimersByTimeAsync(20);
      });
    }
    await act(() => vi.advanceTimersByTimeAsync(1000));

    expect(gateway.count(`GET ${self(bank.job)}`) - before).toBeLessThanOrEqual(4);
    // What events tell of the end is the gateway's to say.
    expect(screen.queryByText('Completed')).toBeNull();
    gateway.job = bank.job;
    await act(async () => {
      await gateway.tell(bank.events.slice(39));
      await vi.advanceTimersByTimeAsync(1000);
    });
    expect(screen.getAllByText('Completed').length).toBeGreaterThan(0);
  });

  it('is not sent again when nothing is new', async () => {
    vi.useFakeTimers();
    const gateway = new RecordedGateway(bank);
    gateway.job = begun();
    at(bank.job);
    await act(() => vi.advanceTimersByTimeAsync(1000));

    await act(async () => {
      FakeEventSource.newest.open();
      await vi.advanceTimersByTimeAsync(1000);
    });

    const asked = gateway.asked.filter((each) => each.path === self(bank.job));
    expect(asked.at(-1)?.headers.get('If-None-Match')).toBe('"12"');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('A bank account');
  });

  it('shows the progress that events tell of at once', async () => {
    const gateway = new RecordedGateway(bank);
    gateway.job = begun();
    at(bank.job);
    await screen.findByRole('region', { name: 'First build' });

    await act(async () => gateway.tell(bank.events.slice(0, 15)));

    const shown = await screen.findAllByText(/running the tests over stubs/);
    expect(shown.map((each) => each.closest('button')?.title ?? each.closest('ul')?.getAttribute('aria-label'))).toEqual(['Write the tests', 'Now']);
  });

  it('has each event once, also when the stream tells them again', async () => {
    const gateway = new RecordedGateway(bank);
    gateway.job = begun();
    at(bank.job, 'events');
    await screen.findByText('0 events');

    await act(async () => {
      await gateway.tell(bank.events.slice(0, 20));
      await gateway.tell(bank.events.slice(0, 30));
      await gateway.tell(bank.events.slice(5));
    });

    expect(await screen.findByText('40 events')).toBeTruthy();
  });

  it('goes on behind the last event after the page was shown anew', async () => {
    const gateway = new RecordedGateway(bank);
    at(bank.job, 'events');
    await screen.findByText('0 events');

    expect(FakeEventSource.newest.url).toBe(self(bank.job, '/events'));
    await act(async () => gateway.tell(bank.events));
    await screen.findByText('40 events');
    // The final event ends it: nobody asks for more.
    expect(FakeEventSource.newest.readyState).toBe(2);
  });

  it('is cancelled once that was confirmed', async () => {
    const gateway = new RecordedGateway(bank);
    gateway.job = begun();
    gateway.on(`POST ${self(bank.job, '/cancel')}`, 202, { ...begun(), seq: 13, status: 'cancelled' });
    at(bank.job);
    await user.click(await screen.findByRole('button', { name: 'Cancel…' }));
    expect(gateway.count(`POST ${self(bank.job, '/cancel')}`)).toBe(0);

    await user.click(screen.getByRole('button', { name: 'Cancel the job' }));

    expect((await screen.findAllByText('Cancelled')).length).toBeGreaterThan(0);
    expect(gateway.count(`POST ${self(bank.job, '/cancel')}`)).toBe(1);
  });
});

describe('10,000 events', () => {
  it('are counted, and few of them drawn', async () => {
    const gateway = new RecordedGateway(bank);
    at(bank.job, 'events');
    await screen.findByText('0 events');

    await act(async () =>
      gateway.tell(Array.from({ length: 10_000 }, (_, i) => ({ ...bank.events[3]!, seq: i + 1 }))),
    );

    expect(await screen.findByText('10.0 k events')).toBeTruthy();
    const drawn = screen.getAllByRole('listitem');
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.length).toBeLessThan(100);
    expect(drawn[0]?.getAttribute('aria-setsize')).toBe('10000');
  });
});

describe('a plan that waits', () => {
  const approve = `POST ${self(approval.job, '/approve')}`;
  const reject = `POST ${self(approval.job, '/reject')}`;

  it('is approved by its hash', async () => {
    const gateway = new RecordedGateway(approval);
    gateway.on(approve, 200, { ...approval.job, seq: 7, status: 'in_progress', approval: { ...approval.job.approval!, status: 'approved' } });
    at(approval.job, 'plan');

    await user.click(await screen.findByRole('button', { name: 'Approve' }));

    expect((await screen.findAllByText('In progress')).length).toBeGreaterThan(0);
    expect(gateway.posted()[0]?.body).toEqual({ planHash: approval.job.planHash });
  });

  it('is rejected with a reason', async () => {
    const gateway = new RecordedGateway(approval);
    gateway.on(reject, 200, { ...approval.job, seq: 7, status: 'failed' });
    at(approval.job, 'plan');

    await user.click(await screen.findByRole('button', { name: 'Reject…' }));
    await user.type(screen.getByLabelText(/^Reason/), 'too small');
    await user.click(screen.getByRole('button', { name: 'Reject the plan' }));

    expect((await screen.findAllByText('Failed')).length).toBeGreaterThan(0);
    expect(gateway.posted()[0]?.body).toEqual({ planHash: approval.job.planHash, reason: 'too small' });
  });

  it('is asked for again if someone else was first', async () => {
    const gateway = new RecordedGateway(approval);
    gateway.refuses(approve, 409, 'conflict', { detail: 'another answer was first' });
    at(approval.job, 'plan');
    const button = await screen.findByRole('button', { name: 'Approve' });
    const before = gateway.count(`GET ${self(approval.job)}`);

    await user.click(button);

    expect((await screen.findByRole('alert')).textContent).toContain('another answer was first');
    await vi.waitFor(() => expect(gateway.count(`GET ${self(approval.job)}`)).toBeGreaterThan(before));
  });

  it('is edited in fields, and what is wrong is told at its field before it is sent', async () => {
    const gateway = new RecordedGateway(approval);
    gateway.on(approve, 200, { ...approval.job, seq: 7, status: 'in_progress' });
    at(approval.job, 'plan');
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    const id = screen.getByLabelText('Id');

    await user.clear(id);
    await user.type(id, 'Core');

    expect(id.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(id.getAttribute('aria-describedby') ?? '')?.textContent).toContain('Must be 1 to 40 lower-case letters');
    expect(screen.getByRole('button', { name: 'Approve as edited' })).toHaveProperty('disabled', true);
    await user.clear(id);
    await user.type(id, 'core');
    await user.click(screen.getByRole('button', { name: 'Approve as edited' }));
    await screen.findAllByText('In progress');
    const steps = approval.job.plan!.steps;
    expect(gateway.posted()[0]?.body).toEqual({
      planHash: approval.job.planHash,
      plan: { ...approval.job.plan, steps: [{ ...steps[0], id: 'core', dependsOn: [] }] },
    });
  });

  it('keeps the files of each step when another one is removed', async () => {
    const gateway = new RecordedGateway(approval);
    gateway.on(approve, 200, { ...approval.job, seq: 7, status: 'in_progress' });
    at(approval.job, 'plan');
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    await user.click(screen.getByRole('button', { name: 'Add a step' }));
    await user.type(screen.getAllByLabelText('Files, one on a line')[1]!, 'a.py\nb.py\n');

    await user.click(screen.getAllByRole('button', { name: 'Remove this step' })[0]!);

    await user.click(screen.getByRole('button', { name: 'Approve as edited' }));
    await screen.findAllByText('In progress');
    expect(gateway.posted()[0]?.body).toMatchObject({ plan: { steps: [{ id: 'step-2', files: ['a.py', 'b.py'] }] } });
  });

  it('that the server refuses shows why, at its place', async () => {
    const gateway = new RecordedGateway(approval);
    gateway.refuses(approve, 400, 'invalid_request', { errors: [{ pointer: '/plan', detail: '/steps/0/files: a path is new to the server' }] });
    at(approval.job, 'plan');
    await user.click(await screen.findByRole('button', { name: 'Edit' }));

    await user.click(screen.getByRole('button', { name: 'Approve as edited' }));

    await screen.findByRole('alert');
    const files = screen.getByLabelText('Files, one on a line');
    expect(document.getElementById(files.getAttribute('aria-describedby') ?? '')?.textContent).toBe('A path is new to the server');
  });

  it('is edited as JSON, which is no plan while it is half written', async () => {
    new RecordedGateway(approval);
    at(approval.job, 'plan');
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    await user.click(screen.getByRole('button', { name: 'As JSON' }));

    await user.clear(screen.getByLabelText('The plan as JSON'));

    expect(screen.getByText(/this is no JSON/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Approve as edited' })).toHaveProperty('disabled', true);
  });
});

describe('a job that has ended', () => {
  const next = '01a226b6-d102-7508-9343-da41c423a19b';

  it('is retried from a stage, once, however often one clicks', async () => {
    const gateway = new RecordedGateway(easter);
    gateway.on(`POST ${self(easter.job, '/retry')}`, 202, { ...easter.job, id: next });
    at(easter.job);
    await user.click(await screen.findByRole('button', { name: 'Retry…' }));
    await user.click(screen.getByRole('radio', { name: /^Test/ }));

    await user.click(screen.getByRole('button', { name: 'Retry' }));

    await vi.waitFor(() => expect(window.location.hash).toBe(`#/jobs/${next}`));
    const sent = gateway.posted();
    expect(sent.map((each) => each.body)).toEqual([{ from: 'test' }]);
    expect(sent[0]?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('that was sent in vain is sent again with the same key, so that it is made once', async () => {
    const gateway = new RecordedGateway(easter);
    gateway.refuses(`POST ${self(easter.job, '/retry')}`, 503, 'unavailable');
    gateway.on('GET /health', 200, { status: 'UP' });
    at(easter.job);
    await user.click(await screen.findByRole('button', { name: 'Retry…' }));
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    await screen.findByRole('alert');

    await user.click(screen.getByRole('button', { name: 'Retry' }));

    await vi.waitFor(() => expect(gateway.count(`POST ${self(easter.job, '/retry')}`)).toBe(2));
    const keys = gateway.posted().map((each) => each.headers.get('Idempotency-Key'));
    expect(keys[0]).toBe(keys[1]);
  });

  it('is replayed with another model', async () => {
    const gateway = new RecordedGateway(easter);
    gateway.on('POST /jobs', 202, { ...easter.job, id: next });
    at(easter.job);
    await user.click(await screen.findByRole('button', { name: 'Replay…' }));
    await user.type(screen.getByLabelText('Model of the builder'), 'acme/large');

    await user.click(screen.getByRole('button', { name: 'Replay' }));

    await vi.waitFor(() => expect(window.location.hash).toBe(`#/jobs/${next}`));
    expect(gateway.posted()[0]?.body).toEqual({ kind: 'replay', job: easter.job.id, models: { builder: 'acme/large' } });
  });

  it('is changed by a job that is based on it', async () => {
    const gateway = new RecordedGateway(bank);
    gateway.on('POST /jobs', 202, { ...bank.job, id: next });
    at(bank.job);
    await user.click(await screen.findByRole('button', { name: 'Change this…' }));
    await user.type(screen.getByLabelText('What is to be different?'), 'Add interest');

    await user.click(screen.getByRole('button', { name: 'Make the change' }));

    await vi.waitFor(() => expect(window.location.hash).toBe(`#/jobs/${next}`));
    expect(gateway.posted()[0]?.body).toEqual({ spec: 'Add interest', basedOn: bank.job.id });
  });

  it('is deleted once that was confirmed', async () => {
    const gateway = new RecordedGateway(bank);
    gateway.on(`DELETE ${self(bank.job)}`, 200, { id: bank.job.id, deleted: true, leaves: [] });
    at(bank.job);
    await user.click(await screen.findByRole('button', { name: 'Delete…' }));
    expect(gateway.count(`DELETE ${self(bank.job)}`)).toBe(0);

    await user.click(screen.getByRole('button', { name: 'Delete the job' }));

    await vi.waitFor(() => expect(window.location.hash).toBe('#/jobs'));
    expect(gateway.count(`DELETE ${self(bank.job)}`)).toBe(1);
  });
});

describe('the files', () => {
  const text = '<script>alert(1)</script>\nx = 1\n';

  const shown = (...rest: string[]) => {
    const gateway = new RecordedGateway(bank);
    bank.job.artefacts.forEach((file) => gateway.on(`GET ${file.href}`, 200, text));
    at(bank.job, 'files', ...rest);
    return gateway;
  };

  it('are a tree that keys go through', async () => {
    shown();
    const tree = await screen.findByRole('tree');
    const names = () => within(tree).getAllByRole('treeitem').map((item) => item.textContent?.trim().replace(/^[▾▸]/, ''));
    within(tree).getByRole('treeitem', { selected: true }).focus();
    expect(names()).toEqual(['tests', 'test_bank.py', 'account.py', 'bank.py']);

    await user.keyboard('{Home}{ArrowLeft}');

    expect(names()).toEqual(['tests', 'account.py', 'bank.py']);
    await user.keyboard('{End}{Enter}');
    expect(window.location.hash).toBe(`#/jobs/${bank.job.id}/files/bank.py`);
    expect(within(tree).getAllByRole('treeitem').filter((item) => item.tabIndex === 0)).toHaveLength(1);
  });

  it('are shown as text, whatever stands in them', async () => {
    shown('account.py');

    const code = await screen.findByRole('region', { name: 'account.py' });

    expect(code.textContent).toContain('<script>alert(1)</script>\nx = 1\n');
    expect(code.querySelector('script')).toBeNull();
    expect(screen.getByRole('link', { name: 'Download' }).getAttribute('download')).toBe('account.py');
  });

  it('that are not there are told', async () => {
    shown('nowhere.py');

    expect((await screen.findByRole('alert')).textContent).toContain('nowhere.py');
  });
});

describe('the other pages of a job', () => {
  it('show what a repair changed', async () => {
    new RecordedGateway(bank);
    at(bank.job, 'changes');

    const row = (await screen.findByText('if wanted > self._balance:', { exact: false })).closest('tr');

    expect(row?.textContent).toContain('added');
  });

  it('fold the model calls, and unfold the question and the reply', async () => {
    new RecordedGateway(bank);
    at(bank.job, 'calls');
    await screen.findByText(/^5 calls/);
    expect(screen.queryByRole('region', { name: 'Reply' })).toBeNull();

    await user.click(screen.getByText('plan'));

    expect((await screen.findByRole('region', { name: 'Reply' })).textContent).toContain('"summary"');
    expect(screen.getByRole('region', { name: 'Question' }).textContent).toContain('A bank account with deposits');
  });

  it('show the failed tests with their traces, and what a pass is worth', async () => {
    new RecordedGateway(easter);
    at(easter.job, 'tests');

    expect((await screen.findAllByText(/AssertionError: assert/)).length).toBeGreaterThan(0);
    expect(screen.getByRole('region', { name: 'Meaningful' }).textContent).toContain('25 of 25');
  });

  it('show the run of each round', async () => {
    const gateway = new RecordedGateway(bank);
    at(bank.job, 'tests');
    await screen.findByText('of 26 tests passed', { exact: false });
    await act(async () => gateway.tell(bank.events));

    await user.click(await screen.findByRole('button', { name: /First run/ }));

    expect(screen.getByText('25')).toBeTruthy();
  });

  it('show the timeline in words', async () => {
    const gateway = new RecordedGateway(bank);
    at(bank.job, 'timeline');
    await screen.findByText(/in all/);
    await act(async () => gateway.tell(bank.events));

    await vi.waitFor(() => expect(document.querySelector('.gantt > li')?.textContent).toMatch(/Make the plan.*waited.*23 ms.*worked.*937 ms.*asked a model for.*534 ms/));
  });

  it('say what would be there where nothing is', async () => {
    new RecordedGateway(rust);
    at(rust.job, 'files');

    expect(await screen.findByText('This job ended before a file was written.')).toBeTruthy();
  });
});

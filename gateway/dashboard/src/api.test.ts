import { describe, expect, it, vi } from 'vitest';
import { ApiError, getJson } from './api';
import { signedIn } from './session';
import { gatewayOf, json, problem } from './test/gateway';

describe('the gateway', () => {
  it('that refuses says why', async () => {
    gatewayOf({ 'GET /jobs/x': () => problem(404, 'not_found') });

    await expect(getJson('/jobs/x')).rejects.toMatchObject({ status: 404, problem: { code: 'not_found', detail: 'it is not_found' } });
  });

  it('that does not answer is away', async () => {
    gatewayOf({});

    const failure = await getJson('/jobs').catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 0, problem: { code: 'unreachable' } });
  });

  it('may be hidden by something else that answers', async () => {
    gatewayOf({ 'GET /jobs': () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });

    await expect(getJson('/jobs')).rejects.toMatchObject({ status: 502, problem: { code: 'unknown' } });
  });

  it('that wants a key is asked again once one was given', async () => {
    let known = false;
    const asked = gatewayOf({ 'GET /jobs': () => (known ? json({ jobs: [] }) : problem(401, 'unauthorized')) });
    const answer = getJson('/jobs');
    await vi.waitFor(() => expect(asked).toHaveLength(1));

    known = true;
    signedIn();

    await expect(answer).resolves.toEqual({ jobs: [] });
    expect(asked).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import { parseRoute, toJob } from './route';

describe('the address', () => {
  it('leads to each page', () => {
    expect(parseRoute('')).toMatchObject({ page: 'new' });
    expect(parseRoute('#/system')).toEqual({ page: 'system' });
    expect(parseRoute('#/jobs?status=failed')).toMatchObject({ page: 'jobs' });
    expect(parseRoute('#/nowhere')).toEqual({ page: 'unknown', path: '/nowhere' });
  });

  it('of a file of a job is read as it was written', () => {
    const address = toJob('j1', 'files', 'src/größe 1.py');

    expect(parseRoute(address)).toEqual({ page: 'job', id: 'j1', rest: ['files', 'src', 'größe 1.py'] });
  });

  it('that was typed by hand does no harm', () => {
    expect(parseRoute('#/jobs/%E0%A4%A')).toEqual({ page: 'job', id: '%E0%A4%A', rest: [] });
  });
});

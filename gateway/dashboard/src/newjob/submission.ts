import { postJson, type Job } from '../api';

const KEPT = 'nexus.submission';

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is not there without https
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The key of this very request: the same until it has succeeded, also after a reload, so that it makes one job. */
function keyFor(body: string): string {
  const kept = sessionStorage.getItem(KEPT);
  const [key, of] = kept === null ? [] : (JSON.parse(kept) as [string, string]);
  if (key !== undefined && of === body) {
    return key;
  }
  const made = randomKey();
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([made, body]));
  } catch {
    // too large to be kept: a second click finds the first one under way all the same
  }
  return made;
}

/** Submits a job; the same request again, after a lost answer, gives the same job. */
export async function submit(request: Record<string, unknown>): Promise<Job> {
  const job = await postJson<Job>('/jobs', request, { 'Idempotency-Key': keyFor(JSON.stringify(request)) });
  sessionStorage.removeItem(KEPT);
  return job;
}

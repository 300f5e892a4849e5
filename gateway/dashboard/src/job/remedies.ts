/**
 * What to do about each error code. The message beside it names the case at hand; this is what helps in general.
 * A code that is not here is of a newer version.
 */
export const REMEDIES: Readonly<Record<string, string>> = {
  invalid_request: 'Mend the fields that are named, and send it again.',
  too_large: 'Send less: shorten the specification, or leave out files.',
  unsupported_media_type: 'Send JSON, with Content-Type: application/json.',
  unauthorized: 'Give an API key that is valid. ./nexus keys list shows those there are.',
  forbidden: 'Use a key whose scopes allow this: jobs:read to look, jobs:write to change.',
  not_found: 'See whether the address is right. A job leaves when it is deleted, or when the log keeps it no longer.',
  method_not_allowed: 'Use a method that the path takes; /docs lists them.',
  not_acceptable: 'Ask for JSON, or leave Accept out.',
  id_in_use: 'Take another Idempotency-Key: this one names a job that asked for something else.',
  conflict: 'Load the job again: it is no longer in a state for this.',
  rate_limited: 'Wait as long as Retry-After says; the limit is nexus.tenants.*.requests-per-minute.',
  quota_exceeded: 'Wait until open jobs have ended, or the day has; the limits are nexus.tenants.*.open-jobs and .budget-per-day-usd.',
  unavailable: 'Try again in a moment. If it stays so, see whether the brokers run: ./nexus doctor.',
  overloaded: 'Try again when some of the open jobs have ended, or add workers.',
  insufficient_storage: 'Make room on the disks of the brokers.',
  unreadable_order: 'An order that no worker can read: see the record on the topic with -dlt in its name, and who wrote it.',
  invalid_model_output: 'Retry, or take a stronger model for this agent (nexus.models.agents.*). The model calls show what it answered.',
  model_unavailable: 'Retry later; see the state of the provider and its key, or name a second model to fall back on.',
  budget_exhausted: 'Retry with a larger options.budgetUsd, or with a cheaper model. Files so far are kept.',
  model_refused: 'Word the specification otherwise, or take another model: this one would not answer.',
  content_filtered: 'Word the specification otherwise, or take another provider: this one held the answer back.',
  model_output_limit: 'Ask for less at once: a specification of smaller parts makes shorter answers.',
  truncated: 'Retry: the answer broke off each time. If it stays so, look at the network to the provider.',
  unsupported_language: 'Ask for Python, or leave the language open.',
  scaffold_only: 'Set ENABLE_LIVE_LLM=true and the key of a provider; the offline model knows a small repertoire only.',
  plan_rejected: 'Send the specification again, with what was wanted otherwise; or retry from the plan.',
  tests_failed: 'Look at the failed tests. Then make the specification more exact, allow more repairs, or replay with another model.',
  no_progress: 'More rounds would be in vain. Make the specification more exact in what the failed tests check, or replay with another model.',
  sandbox_unavailable: 'Install what the message names on the machine of the tester (bubblewrap, python3-pytest), then retry from test.',
  worker_lost: 'See why workers die (memory, their logs), then retry from the stage that was lost.',
  deadline_exceeded: 'Allow more time with options.deadline or nexus.deadlines.*, or run more workers; then retry.',
  internal_error: 'A defect in Nexus: the log of the worker has the details. To retry may help.',
};

export const remedyFor = (code: string): string | undefined => REMEDIES[code];

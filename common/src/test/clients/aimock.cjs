// aimock, a server that emulates the providers' APIs, with one answer for each question of AimockIT. Prints where it
// listens, and runs until its input ends.
const { LLMock } = require('@copilotkit/aimock');

const JSON_ANSWER = JSON.stringify({ n: 7, words: 'sieben – 七 🙂' });

// The same numbers under the names that each protocol has for them.
const USAGE = {
  input_tokens: 11,
  output_tokens: 5,
  prompt_tokens: 11,
  completion_tokens: 5,
  total_tokens: 16,
  promptTokenCount: 11,
  candidatesTokenCount: 5,
  totalTokenCount: 16,
};

async function main() {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 5 });
  mock.onMessage('As JSON', { content: JSON_ANSWER, usage: USAGE });
  mock.onMessage('Think first', { content: 'So it is 7.', reasoning: 'Six and one.' });
  mock.onMessage('At length', { content: 'It is so', finishReason: 'length' });
  mock.onMessage('Too often', { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429 });
  mock.onMessage('Break off', { content: 'This answer will never be seen to its end.' }, { truncateAfterChunks: 3, latency: 20 });
  await mock.start();
  console.log(mock.url);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

main();

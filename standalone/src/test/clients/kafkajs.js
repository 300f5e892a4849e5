// Works with Nexus through KafkaJS alone: node kafkajs.js BOOTSTRAP_SERVERS; exit code 0 if all went as the README says.
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const { Kafka, CompressionTypes, logLevel } = require('kafkajs');

const LIMIT = 120_000; // milliseconds for anything that is waited for
const FINAL = ['job.completed', 'job.failed', 'job.cancelled'];

const kafka = new Kafka({ clientId: 'kafkajs', brokers: [process.argv[2]], logLevel: logLevel.ERROR });
// A partitioner of its own, and not a good one.
const producer = kafka.producer({ createPartitioner: () => ({ partitionMetadata }) => partitionMetadata.length - 1 });
const consumer = kafka.consumer({ groupId: `kafkajs-${crypto.randomUUID()}` });

const seen = []; // { topic, key, headers, value }
let wake = () => {};

async function first(what, wanted) {
    const deadline = Date.now() + LIMIT;
    for (;;) {
        const found = seen.find(wanted);
        if (found) return found;
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`nothing came: ${what}`);
        await new Promise((resolve) => {
            const timer = setTimeout(resolve, left);
            wake = () => {
                clearTimeout(timer);
                resolve();
            };
        });
    }
}

const event = (key, ...types) => (each) =>
    each.topic === 'job-events' && each.key === key && types.includes(each.value.type);

const send = (topic, message, more = {}) =>
    producer.send({ topic, messages: [{ ...message, value: JSON.stringify(message.value) }], ...more });

async function main() {
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: ['job-events', 'job-requests-dlt'], fromBeginning: true });
    await consumer.run({
        eachMessage: async ({ topic, message }) => {
            const headers = Object.fromEntries(
                Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
            );
            const value = message.value && JSON.parse(message.value.toString());
            seen.push({ topic, key: message.key && message.key.toString(), headers, value });
            wake();
        },
    });

    console.log('1. a job under an idempotency key, sent twice, from its request to its final event');
    const mine = crypto.randomUUID();
    const request = {
        headers: { 'idempotency-key': mine },
        value: { type: 'pipeline', spec: 'a library that converts Roman numerals', metadata: { mine } },
    };
    await send('job-requests', request);
    await send('job-requests', request);
    const isMine = (each) => each.value && each.value.type === 'job.accepted' && each.value.metadata?.mine === mine;
    const accepted = await first('job.accepted', isMine);
    assert.strictEqual(accepted.headers.ce_type, 'job.accepted');
    assert.strictEqual(accepted.headers.ce_id, `${accepted.key}/accepted`);
    assert.match(accepted.headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const ended = await first('the final event', event(accepted.key, ...FINAL));
    assert.strictEqual(ended.value.type, 'job.completed');
    assert.strictEqual(ended.value.verdict, 'passed');
    assert.strictEqual(new Set(seen.filter(isMine).map((each) => each.key)).size, 1);

    console.log('2. a cancel');
    const cancelled = crypto.randomUUID();
    await send('job-requests', { key: cancelled, value: { type: 'pipeline', spec: 'a bank account' } });
    await first('job.accepted', event(cancelled, 'job.accepted'));
    await send('job-control', { key: cancelled, value: { type: 'cancel' } });
    assert.strictEqual((await first('the final event', event(cancelled, ...FINAL))).value.type, 'job.cancelled');

    console.log('3. a wrong request is answered, and kept');
    const wrong = crypto.randomUUID();
    await send('job-requests', { key: wrong, headers: { mine }, value: { type: 'dance' } });
    const rejected = await first('job.rejected', event(wrong, 'job.rejected'));
    assert.strictEqual(rejected.value.error.code, 'invalid_request');
    assert.strictEqual(rejected.value.error.message, '/type must be one of pipeline, plan, build, test, replay, retry');
    const letter = await first('the dead letter', (each) => each.topic === 'job-requests-dlt' && each.key === wrong);
    assert.strictEqual(letter.headers.mine, mine);
    assert.strictEqual(letter.headers['dlt-reason'], 'invalid_request');
    assert.deepStrictEqual(letter.value, { type: 'dance' });

    console.log('4. a compressed request');
    const gzip = crypto.randomUUID();
    const plan = { key: gzip, value: { type: 'plan', spec: 'a stack' } };
    await send('job-requests', plan, { compression: CompressionTypes.GZIP });
    assert.strictEqual((await first('the final event', event(gzip, ...FINAL))).value.type, 'job.completed');
}

main()
    .then(
        () => 0,
        (problem) => {
            console.error('kafkajs:', problem);
            return 1;
        },
    )
    .then(async (code) => {
        await Promise.allSettled([consumer.disconnect(), producer.disconnect()]);
        process.exit(code);
    });

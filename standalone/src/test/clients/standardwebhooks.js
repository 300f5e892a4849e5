// Verifies with npm standardwebhooks alone what a receiver was sent: node standardwebhooks.js SECRET FILE, where each line of
// FILE is {"headers", "body"} as JSON, the body in base64; exit code 0 if every signature holds and no forgery does.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const { Webhook, WebhookVerificationError } = require('standardwebhooks');

const [secret, file] = process.argv.slice(2);
const webhook = new Webhook(secret);
const lines = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line);
assert.ok(lines.length > 0, 'something was sent');

for (const line of lines) {
    const { headers, body: base64 } = JSON.parse(line);
    const body = Buffer.from(base64, 'base64').toString('utf8');
    const payload = webhook.verify(body, headers);
    assert.strictEqual(typeof payload.type, 'string');
    assert.ok(!Number.isNaN(Date.parse(payload.timestamp)), 'the time of the event');
    assert.strictEqual(payload.data.type, payload.type);
    assert.throws(() => webhook.verify(`${body} `, headers), WebhookVerificationError);
    assert.throws(() => webhook.verify(body, { ...headers, 'webhook-id': 'msg_other' }), WebhookVerificationError);
    const late = String(Number(headers['webhook-timestamp']) + 1);
    assert.throws(() => webhook.verify(body, { ...headers, 'webhook-timestamp': late }), WebhookVerificationError);
}
console.log(`${lines.length} verified`);

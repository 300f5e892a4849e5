// Follows a job with npm eventsource, the WHATWG client for Node.js: node eventsource.js URL; prints "ID TYPE" for each event.
'use strict';

const { EventSource } = require('eventsource');

const source = new EventSource(process.argv[2]);
for (const type of process.argv[3].split(',')) {
    source.addEventListener(type, (event) => console.log(`${event.lastEventId} ${event.type}`));
}
source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) console.log('closed');
});

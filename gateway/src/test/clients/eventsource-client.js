// Follows a job with npm eventsource-client: node eventsource-client.js URL; prints "ID TYPE" for each event.
'use strict';

const { createEventSource } = require('eventsource-client');

createEventSource({
    url: process.argv[2],
    onMessage: ({ id, event }) => console.log(`${id} ${event}`),
    onDisconnect: () => console.log('disconnected'),
});

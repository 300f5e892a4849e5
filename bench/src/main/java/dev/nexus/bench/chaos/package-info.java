/**
 * The proof that nothing is lost: real processes, killed, stopped and restarted while jobs run through them, and a judge
 * that reads the raw topics afterwards. It shares the wire format with the services and nothing else: how a job stands is
 * worked out here once more, from the records alone.
 */
@NullMarked
package dev.nexus.bench.chaos;

import org.jspecify.annotations.NullMarked;

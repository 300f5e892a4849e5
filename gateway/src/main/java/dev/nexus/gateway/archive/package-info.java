/**
 * Finished jobs in a database, for when the log no longer has them: one gateway copies the records of the topics as they
 * are, with its offsets in the same transaction, and any gateway folds them again when someone asks. Off unless the setting
 * says so; nothing of the log ever waits for it.
 */
@NullMarked
package dev.nexus.gateway.archive;

import org.jspecify.annotations.NullMarked;

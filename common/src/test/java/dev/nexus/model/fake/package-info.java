/**
 * A server that speaks the protocols of the four providers as strictly as they do, answers as the offline model would, and
 * fails on demand: what live models are tested against, in this process or in one of its own.
 */
@NullMarked
package dev.nexus.model.fake;

import org.jspecify.annotations.NullMarked;

/** Who asks, and what they may do: each request has a {@link dev.nexus.gateway.access.Caller}. */
@NullMarked
package dev.nexus.gateway.access;

import org.jspecify.annotations.NullMarked;

/** The HTTP door: jobs, their live events, and their files. Everything it shows comes from the folded log. */
@NullMarked
package dev.nexus.gateway.http;

import org.jspecify.annotations.NullMarked;

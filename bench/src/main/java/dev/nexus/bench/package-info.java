/**
 * Measures the chain itself: functions of its own run in the real agent runtime, behind the real gateway, on a real
 * broker, each in a process of its own. It prints figures and judges nothing.
 */
@NullMarked
package dev.nexus.bench;

import org.jspecify.annotations.NullMarked;

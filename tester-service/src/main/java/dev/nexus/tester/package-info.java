/**
 * The tester: writes tests from a specification, and runs tests in a sandbox that no job can leave. An order becomes an
 * outcome in {@link dev.nexus.tester.TestWriter} or {@link dev.nexus.tester.TestRunner}; {@link
 * dev.nexus.tester.Sandbox} runs what nobody trusts; {@link dev.nexus.tester.RunLog} judges what came of it.
 */
@NullMarked
package dev.nexus.tester;

import org.jspecify.annotations.NullMarked;

package dev.nexus.contract;

/**
 * A test that the tester took back, because it contradicts the specification.
 *
 * @param test its id, such as {@code tests/test_roman.py::test_zero}
 * @param why it is wrong, by the specification
 */
public record ReplacedTest(String test, String why) {}

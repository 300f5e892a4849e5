/**
 * The builder service: takes build orders, asks the model for the files of one plan step, and keeps them once all of
 * them are there and sound. In a repair it shows the model the tests that failed, and tells what it changed.
 */
@NullMarked
package dev.nexus.builder;

import org.jspecify.annotations.NullMarked;

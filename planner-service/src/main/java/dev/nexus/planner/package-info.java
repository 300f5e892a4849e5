/**
 * The planner service: takes plan orders, asks the model for a plan, and lets only such plans through as can be built.
 * Equal specifications get the plan that is there already.
 */
@NullMarked
package dev.nexus.planner;

import org.jspecify.annotations.NullMarked;

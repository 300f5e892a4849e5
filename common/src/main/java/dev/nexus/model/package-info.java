/**
 * The language models behind one port: what is asked (a prompt and the form of the answer), what comes back, the prompt
 * templates, the blocks in which models write files, and the offline model that needs no key.
 */
@NullMarked
package dev.nexus.model;

import org.jspecify.annotations.NullMarked;

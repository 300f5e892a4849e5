package dev.nexus.model.fake;

/**
 * What goes wrong by chance, each a probability from 0 to 1.
 *
 * @param rateLimited refused with 429
 * @param cut the stream breaks off in the middle
 * @param invalid the answer does not have the form that was asked for
 * @param seed another seed, other faults
 */
public record Faults(double rateLimited, double cut, double invalid, long seed) {

    public static final Faults NONE = new Faults(0, 0, 0, 0);
}

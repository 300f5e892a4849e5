package dev.nexus.agent;

/** How a claim stands, as far as the log has been read. */
sealed interface Standing {

    Standing PENDING = new Pending();
    Standing WON = new Won();

    /** Nothing speaks against the claim, but it has not been read back. */
    record Pending() implements Standing {}

    /** Paid and untrusted work may be done. */
    record Won() implements Standing {}

    /** The attempt is not, or no longer, this worker's; it stays so. */
    record Lost(String reason) implements Standing {}
}

package dev.nexus.model;

/** The form in which an answer is wanted. */
public sealed interface OutputFormat {

    /**
     * One JSON document.
     *
     * @param name of the schema, for providers that want one
     * @param schema JSON Schema 2020-12, as text
     */
    record JsonDocument(String name, String schema) implements OutputFormat {}

    /** Whole files in blocks tagged with this nonce, see {@link FileBlocks}. */
    record Files(String nonce) implements OutputFormat {}
}

package dev.nexus.model;

import dev.nexus.contract.ErrorInfo;

/** There is no answer: the provider refused, failed or can't be reached. */
public final class ModelException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient ErrorInfo error;

    /** @param error without prompt, key or reply in its message */
    public ModelException(ErrorInfo error) {
        super(error.message());
        this.error = error;
    }

    public ErrorInfo error() {
        return error;
    }
}

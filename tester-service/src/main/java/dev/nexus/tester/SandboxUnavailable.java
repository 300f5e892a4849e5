package dev.nexus.tester;

/** This machine cannot run untrusted code safely; Nothing has been run. */
final class SandboxUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    SandboxUnavailable(String remedy) {
        super(remedy);
        this.remedy = remedy;
    }

    /** What is wrong and what to do about it, in one line. */
    String remedy() {
        return remedy;
    }
}

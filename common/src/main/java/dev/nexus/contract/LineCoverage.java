package dev.nexus.contract;

import java.util.List;

/**
 * Which lines of the code under test ran while its tests passed.
 *
 * @param executable lines that could run, of all files
 * @param covered of these, those that did
 * @param files as many as there is room for
 */
public record LineCoverage(int executable, int covered, List<FileCoverage> files) {

    /** @param missed the lines that did not run, such as {@code 7} and {@code 12-15}, as many as there is room for */
    public record FileCoverage(String path, int executable, int covered, List<String> missed) {
        public FileCoverage {
            missed = List.copyOf(missed);
        }
    }

    public LineCoverage {
        files = List.copyOf(files);
    }
}

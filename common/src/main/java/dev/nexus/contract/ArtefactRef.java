package dev.nexus.contract;

import java.util.HexFormat;

/**
 * A file of a job, by what it is and where it is kept.
 *
 * @param path its place in the job, by the rules of {@link ProjectPath}
 * @param sha256 of its bytes, in lower-case hex
 * @param size in bytes
 * @param partition where its record is on {@code job-artefacts}
 * @param offset likewise
 */
public record ArtefactRef(String path, String sha256, long size, int partition, long offset) {

    /** Whether these are its bytes. */
    public boolean isOf(byte[] content) {
        return HexFormat.of().formatHex(JobId.sha256(content)).equals(sha256);
    }
}

package dev.nexus.contract;

/**
 * A file of a job, by what it is and where it is kept.
 *
 * @param path its place in the job, by the rules of {@link ProjectPath}
 * @param sha256 of its bytes, in lower-case hex
 * @param size in bytes
 * @param partition where its record is on {@code job-artefacts}
 * @param offset likewise
 */
public record ArtefactRef(String path, String sha256, long size, int partition, long offset) {}

package dev.nexus.model;

/** Something that happens while an answer comes. */
public sealed interface ModelEvent {

    /** More of the answer. */
    record Delta(String text) implements ModelEvent {}

    /** The call is made again; what came so far does not count. */
    record Restart(String reason) implements ModelEvent {}
}

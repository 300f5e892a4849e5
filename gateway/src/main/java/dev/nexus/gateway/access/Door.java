package dev.nexus.gateway.access;

/**
 * That somebody has looked at who may come in.
 *
 * @param isOpen whether nobody is asked for anything, so that all is shown to all
 */
public record Door(boolean isOpen) {}

package dev.nexus.gateway.access;

/** That somebody has looked at who may come in. */
public final class Door {

    Door() {}
}

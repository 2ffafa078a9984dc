package io.tempo4j.head;

/** How far the columns of a head go, so that what comes later can be taken back. */
record HeadMark(
    int spans,
    int resources,
    int scopes,
    int traces,
    int strings,
    long minStartNanos,
    long maxEndNanos) {}

package io.tempo4j.storage;

/**
 * An object that is to be stored.
 *
 * @param key its key
 * @param body its content, which belongs to the caller
 */
public record NewObject(String key, ObjectBody body) {}

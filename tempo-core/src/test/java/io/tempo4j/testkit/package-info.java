/** Random OTLP messages and their comparison, for tests of every module. */
package io.tempo4j.testkit;

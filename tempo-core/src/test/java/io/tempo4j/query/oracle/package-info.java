/** What queries are compared with: spans in lists, and everything evaluated span by span. */
package io.tempo4j.query.oracle;

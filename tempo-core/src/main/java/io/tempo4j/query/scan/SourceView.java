package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One source as one query sees it: its tables, its row groups, and answers that hold for all of
 * them. Not thread-safe.
 */
public final class SourceView {

  private final SpanSource source;
  private @Nullable TableView resources;
  private @Nullable TableView scopes;
  private final ReadTally tally;
  private @Nullable List<GroupView> groups;
  private final Map<Condition, Selection> owners = new HashMap<>();
  private final Map<Condition, BitSet> probes = new HashMap<>();
  private @Nullable String @Nullable [] serviceNames;

  /** A test of an attribute, or its existence where there is no test. */
  private record Condition(Table table, String key, @Nullable ValueTest test) {}

  public SourceView(SpanSource source, ReadTally tally) {
    this.source = source;
    this.tally = tally;
  }

  public SpanSource source() {
    return source;
  }

  /** The row groups, made when they are first asked for: most queries look into few sources. */
  public List<GroupView> groups() {
    if (groups == null) {
      List<RowGroup> all = source.rowGroups();
      groups = new ArrayList<>(all.size());
      for (int i = 0; i < all.size(); i++) {
        groups.add(new GroupView(this, i, all.get(i), tally));
      }
    }
    return groups;
  }

  /** The RESOURCE or SCOPE table. */
  public TableView table(Table table) {
    if (table == Table.RESOURCE) {
      if (resources == null) {
        resources = new TableView(table, source.table(table), tally);
      }
      return resources;
    }
    if (scopes == null) {
      scopes = new TableView(Table.SCOPE, source.table(Table.SCOPE), tally);
    }
    return scopes;
  }

  /** The resources or scopes whose attribute passes, or that have it if there is no test. */
  public Selection owners(Table table, String key, @Nullable ValueTest test) throws IOException {
    Condition condition = new Condition(table, key, test);
    Selection known = owners.get(condition);
    if (known == null) {
      TableView view = table(table);
      known = test == null ? view.having(key) : view.passing(key, test);
      owners.put(condition, known);
    }
    return known;
  }

  /** The row groups that the attribute-value filter does not rule out for {@code column}. */
  public BitSet probe(ColumnKey column, ValueTest test, byte[] value) throws IOException {
    Condition condition = new Condition(column.table(), column.name(), test);
    BitSet known = probes.get(condition);
    if (known == null) {
      known = source.mayContain(column, value);
      probes.put(condition, known);
    }
    return known;
  }

  /** The {@code service.name} of a resource; empty if it has none that is a text. */
  public String serviceName(int resourceRow) throws IOException {
    if (serviceNames == null) {
      serviceNames = new @Nullable String[table(Table.RESOURCE).rowCount()];
    }
    String known = serviceNames[resourceRow];
    if (known == null) {
      known = "";
      TableView resources = table(Table.RESOURCE);
      for (Value value : resources.attributeValues("service.name", resourceRow)) {
        if (value instanceof Value.Text text) {
          known = new String(text.utf8(), StandardCharsets.UTF_8);
          break;
        }
      }
      serviceNames[resourceRow] = known;
    }
    return known;
  }
}

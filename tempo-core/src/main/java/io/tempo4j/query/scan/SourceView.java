package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.TraceId;
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
public final class SourceView implements Extent {

  private final SpanSource source;
  private @Nullable TableView resources;
  private @Nullable TableView scopes;
  private final ReadTally tally;
  private @Nullable List<GroupView> groups;
  private @Nullable Map<Condition, Selection> owners;
  private @Nullable Map<ColumnValue, BitSet> probes;
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

  /** Lets go of all columns; they are read again if asked for. */
  public void release() {
    if (groups != null) {
      groups.forEach(GroupView::release);
    }
    if (resources != null) {
      resources.release();
    }
    if (scopes != null) {
      scopes.release();
    }
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

  @Override
  public Selection owners(Table table, String key, @Nullable ValueTest test) throws IOException {
    if (owners == null) {
      owners = new HashMap<>();
    }
    Condition condition = new Condition(table, key, test);
    Selection known = owners.get(condition);
    if (known == null) {
      TableView view = table(table);
      known = test == null ? view.having(key) : view.passing(key, test);
      owners.put(condition, known);
    }
    return known;
  }

  /** The row groups that the attribute-value filter does not rule out. */
  BitSet groupsOf(ColumnValue value) throws IOException {
    if (probes == null) {
      probes = new HashMap<>();
    }
    BitSet known = probes.get(value);
    if (known == null) {
      known = source.mayContain(value);
      probes.put(value, known);
    }
    return known;
  }

  @Override
  public boolean mayContain(ColumnValue value) throws IOException {
    return !groupsOf(value).isEmpty();
  }

  @Override
  public boolean mayContain(TraceId id) throws IOException {
    return source.findTrace(id) >= 0;
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return source.zone(key);
  }

  @Override
  public boolean hasRows(Table table) {
    for (RowGroup group : source.rowGroups()) {
      if (group.table(table).rowCount() > 0) {
        return true;
      }
    }
    return false;
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

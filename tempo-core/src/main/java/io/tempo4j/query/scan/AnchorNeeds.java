package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnValue;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@link FilterPruner} asks of a source before columns of row groups are read.
 *
 * @param values the values that filters are asked for
 * @param owners whether attributes of resources or scopes are looked at
 */
record AnchorNeeds(Set<ColumnValue> values, boolean owners) {

  static AnchorNeeds of(Collection<Predicate> predicates) {
    Set<ColumnValue> values = new HashSet<>();
    boolean owners = false;
    for (Predicate predicate : predicates) {
      owners |= collect(predicate, values);
    }
    return new AnchorNeeds(values, owners);
  }

  private static boolean collect(Predicate predicate, Set<ColumnValue> values) {
    return switch (predicate) {
      case Predicate.Constant constant -> false;
      case Predicate.All all -> collect(all.operands(), values);
      case Predicate.Any any -> collect(any.operands(), values);
      case Predicate.Complement complement -> collect(complement.operand(), values);
      case Predicate.Test test -> places(test.places(), values);
      case Predicate.Exists exists -> places(exists.places(), values);
      case Predicate.SomeRow some -> collect(List.of(some.condition(), some.ofAbsent()), values);
      case Predicate.OfOwner owner -> collect(owner.condition(), values);
      case Predicate.RowWise rowWise -> false;
    };
  }

  private static boolean collect(Collection<Predicate> operands, Set<ColumnValue> values) {
    boolean owners = false;
    for (Predicate operand : operands) {
      owners |= collect(operand, values);
    }
    return owners;
  }

  private static boolean places(Collection<AttributeTest> places, Set<ColumnValue> values) {
    boolean owners = false;
    for (AttributeTest place : places) {
      owners |= place.isOfOwners();
      if (place.equal() != null) {
        values.add(place.equal());
      }
    }
    return owners;
  }
}

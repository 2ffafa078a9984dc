package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The random queries of the property tests leave out no node of the tree and no constant in it. */
final class QueryCoverageTest {

  private static final int QUERIES = 2_000;
  private static final long SEED = 20_251_101;

  @Test
  void randomQueriesHoldEveryNodeAndEveryConstant() {
    Set<Object> vocabulary = new HashSet<>();
    addVocabulary(TraceQlQuery.class, vocabulary);
    assertThat(vocabulary)
        .contains(FieldExpression.ParentAttribute.class, LiteralValue.NilValue.class)
        .contains(MetricsStage.BottomK.class, StructuralRelation.SIBLING, SpanKind.UNSPECIFIED);

    Random random = new Random(SEED);
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < QUERIES; i++) {
      addWords(QueryArbitraries.query(random), seen);
    }
    assertThat(seen).as("seed %d", SEED).containsAll(vocabulary);
  }

  /** Adds the records and constants that a tree of type {@code type} may hold. */
  private static void addVocabulary(Type type, Set<Object> vocabulary) {
    if (type instanceof ParameterizedType list) {
      addVocabulary(list.getActualTypeArguments()[0], vocabulary);
    } else if (type instanceof Class<?> node) {
      if (node.isSealed()) {
        for (Class<?> permitted : node.getPermittedSubclasses()) {
          addVocabulary(permitted, vocabulary);
        }
      } else if (node.isEnum()) {
        vocabulary.addAll(List.of(node.getEnumConstants()));
      } else if (node.isRecord() && vocabulary.add(node)) {
        for (RecordComponent component : node.getRecordComponents()) {
          addVocabulary(component.getGenericType(), vocabulary);
        }
      }
    }
  }

  /** Adds the records and constants that {@code node} does hold. */
  private static void addWords(Object node, Set<Object> seen) {
    if (node instanceof List<?> list) {
      list.forEach(element -> addWords(element, seen));
    } else if (node instanceof Enum<?> constant) {
      seen.add(constant);
    } else if (node instanceof Record) {
      seen.add(node.getClass());
      for (RecordComponent component : node.getClass().getRecordComponents()) {
        addWords(component(node, component), seen);
      }
    }
  }

  private static Object component(Object node, RecordComponent component) {
    try {
      Object value = component.getAccessor().invoke(node);
      return value == null ? List.of() : value;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}

package io.tempo4j.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds for a public class whose supertypes and public or protected members name, generics
 * included, only types of the JDK and of the base package; classes at the edge may name some others
 * as well.
 */
final class OwnPublicSignatures extends ArchCondition<JavaClass> {

  private final String base;
  private final DescribedPredicate<JavaClass> edge;
  private final List<String> edgePackages;

  /** Packages, with those below them, whose types classes at the edge may name. */
  OwnPublicSignatures(String base, DescribedPredicate<JavaClass> edge, String... edgePackages) {
    super("name no third-party types in public signatures");
    this.base = base;
    this.edge = edge;
    this.edgePackages = List.of(edgePackages);
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
        .forEach(supertype -> check(type, "supertype", supertype, events));
    for (JavaField field : type.getFields()) {
      if (visible(field)) {
        check(type, "field " + field.getName(), field.getType(), events);
      }
    }
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (visible(unit)) {
        String what = unit.getName() + "()";
        check(type, what, unit.getReturnType(), events);
        unit.getParameterTypes().forEach(parameter -> check(type, what, parameter, events));
        unit.getThrowsClause().getTypes().forEach(thrown -> check(type, what, thrown, events));
      }
    }
  }

  private static boolean visible(JavaMember member) {
    return !member.getModifiers().contains(JavaModifier.SYNTHETIC)
        && (member.getModifiers().contains(JavaModifier.PUBLIC)
            || member.getModifiers().contains(JavaModifier.PROTECTED));
  }

  private void check(JavaClass owner, String what, JavaType named, ConditionEvents events) {
    for (JavaClass raw : named.getAllInvolvedRawTypes()) {
      JavaClass plain = raw.getBaseComponentType();
      if (!allowed(owner, plain)) {
        events.add(
            SimpleConditionEvent.violated(
                owner, owner.getName() + ": " + what + " names " + plain.getName()));
      }
    }
  }

  private boolean allowed(JavaClass owner, JavaClass named) {
    String name = named.getPackageName();
    return named.isPrimitive()
        || name.startsWith("java.")
        || isWithin(name, base)
        || (edge.test(owner) && edgePackages.stream().anyMatch(allowed -> isWithin(name, allowed)));
  }

  private static boolean isWithin(String name, String tree) {
    return name.equals(tree) || name.startsWith(tree + ".");
  }
}

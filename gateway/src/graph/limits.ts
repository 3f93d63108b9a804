import { refuse, type Refusal } from '@metermesh/decider';
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Limits {
  /** Levels of fields below the operation. */
  depth: number;
  /** Objects that an operation may ask for at most, see {@link operationCost}. */
  cost: number;
  /** Fields renamed within one document. */
  aliases: number;
  /** Lexical tokens of one document. */
  tokens: number;
}

export type LimitCode = 'QUERY_TOO_DEEP' | 'QUERY_TOO_COSTLY' | 'QUERY_TOO_MANY_ALIASES';

type Variables = Readonly<Record<string, unknown>>;

/** Length taken for a list whose length the caller does not choose. */
const ASSUMED_LENGTH = 10;

/** Which limit a valid operation is over, if any. Lists count as many times as they are asked for. */
export function overLimit(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  limits: Limits,
): Refusal<LimitCode> | undefined {
  const found = measure(schema, document, operation, variables);
  if (found.depth > limits.depth) {
    return refuse(
      'QUERY_TOO_DEEP',
      `The operation is ${found.depth} levels deep, and ${limits.depth} are allowed. Ask in several operations.`,
      { depth: found.depth, limit: limits.depth },
    );
  }
  if (found.cost > limits.cost) {
    return refuse(
      'QUERY_TOO_COSTLY',
      `The operation asks for up to ${found.cost} objects, and ${limits.cost} are allowed. Ask for shorter pages ` +
        `(first), or in several operations.`,
      { cost: found.cost, limit: limits.cost },
    );
  }
  const aliases = countAliases(document);
  if (aliases > limits.aliases) {
    return refuse(
      'QUERY_TOO_MANY_ALIASES',
      `The document renames ${aliases} fields, and ${limits.aliases} are allowed. Ask in several operations.`,
      { aliases, limit: limits.aliases },
    );
  }
  return undefined;
}

interface Measure {
  depth: number;
  /** Objects that may be answered: those of a list as many times as `first` or `last` says, else an assumed length. */
  cost: number;
}

/** Depth and cost, each fragment measured once however often it is spread. */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue,
    ]),
  );
  const known = new Map<string, Measure>();

  /** @param paged whether the selection lies in a connection, whose page length has been counted already */
  function ofSelections(
    set: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    paged: boolean,
  ): Measure {
    const sum: Measure = { depth: 0, cost: 0 };
    for (const selection of set.selections) {
      const part =
        selection.kind === Kind.FIELD
          ? ofField(selection, parent, paged)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(
                selection.selectionSet,
                typeOf(selection.typeCondition?.name.value) ?? parent,
                paged,
              )
            : ofFragment(selection.name.value, paged);
      sum.depth = Math.max(sum.depth, part.depth);
      sum.cost += part.cost;
    }
    return sum;
  }

  function ofFragment(name: string, paged: boolean): Measure {
    const key = `${name} ${paged}`;
    let found = known.get(key);
    if (!found) {
      const fragment = fragments.get(name)!;
      found = ofSelections(fragment.selectionSet, typeOf(fragment.typeCondition.name.value), paged);
      known.set(key, found);
    }
    return found;
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType | undefined, paged: boolean): Measure {
    if (node.name.value.startsWith('__')) return { depth: 0, cost: 0 };
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field || !node.selectionSet) return { depth: 1, cost: 0 };
    const type = getNamedType(field.type);
    const length = pageLength(node, field);
    const inner = ofSelections(node.selectionSet, type, length !== undefined && isConnection(type));
    const times = length ?? (isList(field.type) && !paged ? ASSUMED_LENGTH : 1);
    return { depth: inner.depth + 1, cost: times * (inner.cost + (isCompositeType(type) ? 1 : 0)) };
  }

  /** What `first` or `last` comes to, by literal, variable or default; undefined where the field has neither. */
  function pageLength(node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
    const paging = field.args.filter(({ name }) => name === 'first' || name === 'last');
    if (paging.length === 0) return undefined;
    const lengths = paging.map(({ name, defaultValue }) => {
      const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
      return Number(given ? (valueOf(given) ?? defaultValue) : defaultValue);
    });
    return Math.max(1, ...lengths.filter(Number.isFinite));
  }

  function valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return node.value;
    if (node.kind !== Kind.VARIABLE) return undefined;
    const byDefault = defaults[node.name.value];
    return variables[node.name.value] ?? (byDefault ? valueOf(byDefault) : undefined);
  }

  function typeOf(name: string | undefined) {
    return name === undefined ? undefined : schema.getType(name);
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, false);
}

function isConnection(type: GraphQLNamedType): boolean {
  return isObjectType(type) && 'pageInfo' in type.getFields();
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function countAliases(document: DocumentNode): number {
  let count = 0;
  visit(document, { Field: ({ alias }) => void (alias && count++) });
  return count;
}

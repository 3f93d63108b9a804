import {
  Kind,
  visit,
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';

/** Variable of the rewritten query that takes the fact's id. */
export const FACT_ID = 'liveFactId';

/** The one root field of a valid subscription, whether it is selected directly or through fragments. */
export function rootFieldOf(document: DocumentNode, operation: OperationDefinitionNode): FieldNode {
  const [first, ...more] = rootFields(operation.selectionSet, fragmentsOf(document));
  // Validation lets a subscription name its one root field several times, with selections that merge.
  const selections = [first!, ...more].flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
  return { ...first!, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

/**
 * The query that answers a subscription for one fact: its root field becomes `answer`, asked for the fact whose id is in
 * {@link FACT_ID}, under the name that the subscriber gave it. Fragments and variables that it still needs are kept.
 */
export function liveQuery(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  answer: { field: string; argument: string },
): DocumentNode {
  const root = rootFieldOf(document, operation);
  const field: FieldNode = {
    ...root,
    alias: { kind: Kind.NAME, value: (root.alias ?? root.name).value },
    name: { kind: Kind.NAME, value: answer.field },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: answer.argument },
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: FACT_ID } },
      },
    ],
  };
  const fragments = reachable(field, fragmentsOf(document));
  const used = new Set([field, ...fragments].flatMap(variablesIn));
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: 'query' as OperationDefinitionNode['operation'],
        name: operation.name,
        directives: [] as ConstDirectiveNode[],
        variableDefinitions: [
          factIdDefinition,
          ...(operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
        ],
        selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
      },
      ...fragments,
    ],
  };
}

const factIdDefinition: VariableDefinitionNode = {
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: FACT_ID } },
  type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'ID' } } },
};

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
}

function rootFields(set: SelectionSetNode, fragments: Fragments): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments);
    return rootFields(fragments.get(selection.name.value)!.selectionSet, fragments);
  });
}

function reachable(from: ASTNode, fragments: Fragments): FragmentDefinitionNode[] {
  const found = new Set<FragmentDefinitionNode>();
  const follow = (node: ASTNode) =>
    void visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)!;
        if (found.has(fragment)) return;
        found.add(fragment);
        follow(fragment);
      },
    });
  follow(from);
  return [...found];
}

function variablesIn(node: ASTNode): string[] {
  const names: string[] = [];
  visit(node, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}

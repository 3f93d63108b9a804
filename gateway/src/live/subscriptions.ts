import { setTimeout as pause } from 'node:timers/promises';
import { refuse } from '@metermesh/decider';
import { RefusedError } from '@metermesh/service-kit';
import type { Fact } from '@metermesh/messaging';
import {
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  print,
  specifiedRules,
  validate,
  type DocumentNode,
  type FormattedExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import type { FederatedGraph, GraphOperation } from '../graph/federated-graph.ts';
import { presentError } from '../graph/present-error.ts';
import type { RequestContext } from '../graph/request-context.ts';
import type { FactFeed } from './fact-feed.ts';
import type { FactQueue } from './fact-queue.ts';
import { LIVE_FIELDS, type LiveField } from './live-fields.ts';
import { FACT_ID, liveQuery, rootFieldOf } from './live-query.ts';

export type Results = AsyncGenerator<FormattedExecutionResult, void>;

/** How long a fact may be ahead of the service's own answers: waits between attempts, milliseconds. */
const CATCH_UP_MS = [0, 50, 100, 200, 400, 800, 1600];
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Prepared {
  name: string;
  field: LiveField;
  key: string;
  /** Under which name the subscriber wants the answer. */
  responseKey: string;
  query: GraphOperation;
}

/** Executes subscriptions: takes the fact from its feed, and asks the federated graph, as the subscriber, for what was selected. */
export class Subscriptions {
  private readonly graph: FederatedGraph;
  private readonly feeds: ReadonlyMap<string, FactFeed>;
  private readonly maxTokens: number;

  constructor(graph: FederatedGraph, feeds: ReadonlyMap<string, FactFeed>, maxTokens: number) {
    this.graph = graph;
    this.feeds = feeds;
    this.maxTokens = maxTokens;
  }

  /**
   * Answers one result for each fact, until the reader returns or the subscriber's token expires.
   * @throws {GraphQLError} coded, where the subscription is not valid, over a limit or not allowed
   */
  async subscribe(operation: GraphOperation, context: RequestContext): Promise<Results> {
    if (context.caller.expiresAt.getTime() <= Date.now()) throw new RefusedError(tokenExpired());
    const prepared = this.prepare(operation);
    await this.assertPermitted(prepared, context);
    const feed = this.feeds.get(prepared.name)!;
    const queue = feed.subscribe(prepared.key);
    const disarm = callAt(context.caller.expiresAt, () => queue.end(tokenExpired()));
    return stoppable(this.results(prepared, queue, context), () => {
      disarm();
      feed.unsubscribe(prepared.key, queue);
    });
  }

  private prepare({ query, variables = {}, operationName }: GraphOperation): Prepared {
    const document = this.parse(query);
    const operation = getOperationAST(document, operationName);
    if (!operation)
      throw coded('OPERATION_RESOLUTION_FAILURE', 'Name the one operation to execute in operationName.');
    if (operation.operation !== 'subscription') {
      throw coded(
        'SUBSCRIPTION_EXPECTED',
        'Only subscriptions are answered here. Send queries and mutations to POST /graphql.',
      );
    }
    const error = this.graph.limitError(document, operation, variables);
    if (error) throw error;
    const root = rootFieldOf(document, operation);
    const field = LIVE_FIELDS[root.name.value];
    if (!field) throw coded('SUBSCRIPTION_UNKNOWN', `Nothing is told live of ${root.name.value}.`);
    return {
      name: root.name.value,
      field,
      key: this.keyOf(field, operation, root, variables),
      responseKey: (root.alias ?? root.name).value,
      query: { query: print(liveQuery(document, operation, field.answer)), variables },
    };
  }

  private parse(query: string): DocumentNode {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: this.maxTokens });
    } catch (error) {
      throw coded('GRAPHQL_PARSE_FAILED', (error as Error).message);
    }
    const [fault] = validate(this.graph.schema, document, [
      ...specifiedRules,
      NoSchemaIntrospectionCustomRule,
    ]);
    if (fault) throw coded('GRAPHQL_VALIDATION_FAILED', fault.message);
    return document;
  }

  private keyOf(
    { keyArgument }: LiveField,
    operation: OperationDefinitionNode,
    root: ReturnType<typeof rootFieldOf>,
    given: Record<string, unknown>,
  ): string {
    const { schema } = this.graph;
    const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
    if (errors) throw coded('BAD_USER_INPUT', errors.map(({ message }) => message).join(' '));
    const definition = schema.getSubscriptionType()!.getFields()[root.name.value]!;
    return String(getArgumentValues(definition, root, coerced)[keyArgument]);
  }

  /** Whoever may ask for the thing may hear of it. */
  private async assertPermitted({ field, key, name }: Prepared, context: RequestContext): Promise<void> {
    const { field: question, argument } = field.permission;
    const { data, errors } = await this.graph.execute(
      {
        query: `query ($key: ID!) { found: ${question}(${argument}: $key) { __typename } }`,
        variables: { key },
      },
      context,
    );
    const refused = errors?.[0];
    if (refused) throw new GraphQLError(refused.message, { extensions: refused.extensions });
    if (!data?.['found']) {
      throw coded('NOT_FOUND', `${name}: there is no ${question} "${key}" that the token may see.`);
    }
  }

  private async *results(prepared: Prepared, queue: FactQueue<Fact>, context: RequestContext): Results {
    for await (const fact of queue) {
      const { correlationId = context.correlationId, traceparent = context.traceparent } = fact;
      yield await this.answer(prepared, fact, { ...context, correlationId, traceparent });
    }
    if (queue.endedBecause) yield { errors: [presentError(new RefusedError(queue.endedBecause).toJSON())] };
  }

  private async answer({ query, responseKey, name }: Prepared, fact: Fact, context: RequestContext) {
    const operation = { ...query, variables: { ...query.variables, [FACT_ID]: fact.id } };
    for (const wait of CATCH_UP_MS) {
      await pause(wait);
      const result = await this.graph.execute(operation, context);
      if (result.errors || result.data?.[responseKey]) return result;
    }
    const error = coded(
      'NOT_FOUND',
      `${name}: fact ${fact.id} was told of but cannot be asked for. Ask again later.`,
    );
    return { data: null, errors: [presentError(error.toJSON())] };
  }
}

/** Calls `stop` when the results end, and when their reader returns: a generator alone would go on waiting then. */
function stoppable(results: Results, stop: () => void): Results {
  const stopping = (async function* (): Results {
    try {
      yield* results;
    } finally {
      stop();
    }
  })();
  const finish = stopping.return.bind(stopping);
  stopping.return = (value) => {
    stop();
    return finish(value);
  };
  return stopping;
}

/** Calls `action` at an instant, however far it is; the answer calls it off. */
function callAt(instant: Date, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const left = instant.getTime() - Date.now();
    if (left <= 0) action();
    else timer = setTimeout(arm, Math.min(left, LONGEST_TIMER_MS));
  };
  arm();
  return () => clearTimeout(timer);
}

const tokenExpired = () => refuse('TOKEN_EXPIRED', 'The token has expired. Subscribe again with a new one.');

function coded(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

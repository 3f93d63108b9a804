import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Mesh } from './mesh.ts';
import { seen } from './subgraphs.ts';

const SUBSCRIPTION =
  'subscription { readingReceived(usagePointId: "U1") { id source usagePoint { id address } } }';
const readingOf = (id: string) => ({
  data: { readingReceived: { id, source: 'dlms-push', usagePoint: { id: 'U1', address: 'U1 Street' } } },
});

type Operation = { query: string; variables?: Record<string, unknown> };
type Result = FormattedExecutionResult<Record<string, unknown>>;

/** What one subscriber hears, in order. */
interface Listener {
  results: Result[];
  /** Settles when the subscription ends: with what it failed of, if it did. */
  ended: Promise<unknown>;
  leave(): void;
}

describe('a live subscription', () => {
  const mesh = new Mesh();
  const listeners: Listener[] = [];
  beforeAll(() => mesh.start());
  afterEach(() => listeners.splice(0).forEach((listener) => listener.leave()));
  afterAll(() => mesh.stop());

  function listen(
    subscribe: (sink: { next(r: Result): void; error(e: unknown): void; complete(): void }) => () => void,
  ): Listener {
    const results: Result[] = [];
    let leave = () => {};
    const ended = new Promise<unknown>((resolve) => {
      leave = subscribe({
        next: (result) => void results.push(result),
        error: resolve,
        complete: () => resolve('complete'),
      });
    });
    const listener = { results, ended, leave };
    listeners.push(listener);
    return listener;
  }

  const transports = {
    WebSocket(authorization: string | undefined, operation: Operation): Listener {
      const client = createWsClient({
        url: mesh.url.replace('http', 'ws') + '/graphql',
        webSocketImpl: WebSocket,
        connectionParams: authorization ? { authorization } : {},
        retryAttempts: 0,
      });
      return listen((sink) => client.subscribe<Record<string, unknown>>(operation, sink as never));
    },
    'server-sent events'(authorization: string | undefined, operation: Operation): Listener {
      const client = createSseClient({
        url: `${mesh.url}/graphql/stream`,
        headers: authorization ? { authorization } : {},
        retryAttempts: 0,
      });
      return listen((sink) => client.subscribe<Record<string, unknown>>(operation, sink as never));
    },
  };

  /**
   * Records readings under new ids until the listener hears one: only then is it sure to be subscribed. Facts come in
   * order, so once it has heard a last one, none of the others can come any more.
   */
  async function untilHeard(listener: Listener, usagePointId = 'U1'): Promise<void> {
    for (let attempt = 0; attempt < 100 && listener.results.length === 0; attempt++) {
      await mesh.record(`probe-${Math.random()}`, usagePointId);
      await pause(50);
    }
    const last = `last-probe-${Math.random()}`;
    await mesh.record(last, usagePointId);
    const isHeard = () => JSON.stringify(listener.results).includes(last);
    for (let tries = 0; !isHeard() && tries < 200; tries++) await pause(50);
    expect(isHeard()).toBe(true);
    listener.results.length = 0;
  }

  async function heard(listener: Listener, count: number): Promise<Result[]> {
    for (let tries = 0; listener.results.length < count && tries < 100; tries++) await pause(50);
    return listener.results;
  }

  describe.each(Object.entries(transports))('over %s', (_name, open) => {
    it('tells of each reading with fields of several services, as the customer who listens', async () => {
      const listener = open(await mesh.customerOf('U1'), { query: SUBSCRIPTION });
      await untilHeard(listener);
      await mesh.record('reading-1', 'U1');
      await mesh.record('of-another', 'U2');
      await mesh.record('reading-2', 'U1');
      await heard(listener, 2);
      await pause(200);
      expect(listener.results).toEqual([readingOf('reading-1'), readingOf('reading-2')]);
    });

    it('takes variables, fragments and names of its own', async () => {
      const listener = open(await mesh.bearer(), {
        query: `
          subscription Live($point: ID!, $with: Boolean = true) { mine: readingReceived(usagePointId: $point) { ...R } }
          fragment R on Reading { id source @include(if: $with) }
        `,
        variables: { point: 'U1', with: false },
      });
      await untilHeard(listener);
      await mesh.record('reading-3', 'U1');
      expect(await heard(listener, 1)).toEqual([{ data: { mine: { id: 'reading-3' } } }]);
    });

    it('waits for a service whose answers are behind the fact', async () => {
      const listener = open(await mesh.bearer(), { query: SUBSCRIPTION });
      await untilHeard(listener);
      await mesh.record('late-reading', 'U1', 300);
      expect(await heard(listener, 1)).toEqual([readingOf('late-reading')]);
    });

    it.each([
      ['without a token', async () => undefined, SUBSCRIPTION, 'UNAUTHENTICATED'],
      ['with a token that has expired', () => mesh.bearer({ expiresIn: -60 }), SUBSCRIPTION, 'TOKEN_EXPIRED'],
      ['for another customer’s usage point', () => mesh.customerOf('U2'), SUBSCRIPTION, 'FORBIDDEN'],
      [
        'for a usage point that does not exist',
        () => mesh.bearer(),
        SUBSCRIPTION.replace('U1', 'unheard-of'),
        'NOT_FOUND',
      ],
      [
        'for too much at once',
        () => mesh.bearer(),
        'subscription { readingReceived(usagePointId: "U1") { usagePoint { readings(last: 500) { usagePoint { readings(last: 500) { id } } } } } }',
        'QUERY_TOO_COSTLY',
      ],
      [
        'too deep',
        () => mesh.bearer(),
        `subscription { readingReceived(usagePointId: "U1") { ${'usagePoint { readings { '.repeat(6)} id ${'} }'.repeat(6)} } }`,
        'QUERY_TOO_DEEP',
      ],
      [
        'that is not valid',
        () => mesh.bearer(),
        'subscription { readingReceived { nonsense } }',
        'GRAPHQL_VALIDATION_FAILED',
      ],
      ['that is a query', () => mesh.bearer(), '{ usagePoint(id: "U1") { id } }', 'SUBSCRIPTION_EXPECTED'],
    ])('is refused %s', async (_what, token, query, code) => {
      const listener = open(await token(), { query });
      expect(await reasonOf(await listener.ended)).toContain(code);
      expect(listener.results).toEqual([]);
    });

    it('ends when the token expires', async () => {
      const listener = open(await mesh.bearer({ expiresIn: 3 }), { query: SUBSCRIPTION });
      await untilHeard(listener);
      expect(await listener.ended).toBe('complete');
      expect(listener.results.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'TOKEN_EXPIRED' } }] });
    });
  });

  it('carries the correlation of the fact that it tells of', async () => {
    const listener = transports.WebSocket(await mesh.bearer(), { query: SUBSCRIPTION });
    await untilHeard(listener);
    await mesh.record('reading-4', 'U1');
    await heard(listener, 1);
    expect(seen.claims?.correlationId).toBe('of-reading-4');
  });

  it('serves many listeners of one usage point from one feed, and those who leave leave the others alone', async () => {
    const [first, ...others] = await Promise.all(
      [1, 2, 3].map(async () =>
        transports['server-sent events'](await mesh.bearer(), { query: SUBSCRIPTION }),
      ),
    );
    for (const listener of [first!, ...others]) await untilHeard(listener);
    await pause(200);
    for (const listener of others) listener.results.length = 0;
    first!.leave();
    await mesh.record('reading-5', 'U1');
    for (const listener of others) expect((await heard(listener, 1)).at(-1)).toEqual(readingOf('reading-5'));
  });
});

/** Text of whatever a client was refused with: a close event, GraphQL errors, or an HTTP answer. */
async function reasonOf(refused: unknown): Promise<string> {
  const { response } = refused as { response?: Response };
  if (response) return response.text();
  const { code, reason } = refused as { code?: number; reason?: string };
  return reason === undefined ? JSON.stringify(refused) : `${code} ${reason}`;
}

import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { signClaims, type Role } from '@metermesh/service-kit';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  print,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import type { Demo } from '../tools/demo/demo.ts';
import type { Query } from '../tools/demo/graphql-client.ts';
import { services, type ServiceName } from '../tools/start/mesh.ts';
import type { RunningMesh } from './running-mesh.ts';

/** Answers that anyone with a token may have. */
const PUBLIC = ['tariffs'];
const DEEPEST = 2;

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Those to whom nothing of the demo neighbourhood belongs. */
const STRANGERS: Record<string, { roles: Role[]; customerId?: string }> = {
  'a customer of another place': { roles: ['customer'], customerId: 'CUST-STRANGER' },
  'a partner without consent': { roles: ['partner'], customerId: 'CUST-01' },
  'somebody without a role': { roles: [], customerId: 'CUST-01' },
};

/** Asks for every field that the schemas have, so that a new one is judged without anybody thinking of it. */
export function describeAuthorisation(mesh: () => { running: RunningMesh; demo: Demo }): void {
  const api = buildSchema(readFileSync('gateway/api-schema.graphql', 'utf8'));
  const queries = Object.values(api.getQueryType()!.getFields());
  const mutations = Object.values(api.getMutationType()!.getFields());

  describe.each(Object.entries(STRANGERS))('%s', (_who, { roles, customerId }) => {
    const ask = async (query: string) => {
      const { running } = mesh();
      const token = await running.mesh.oidc!.issueToken({ subject: 'stranger', roles, customerId });
      return post(running.mesh.endpoint, { authorization: `Bearer ${token}` }, query);
    };

    it.each(mutations.map(({ name }) => name))('cannot %s', async (name) => {
      const field = mutations.find((each) => each.name === name)!;
      // What a customer may do to his own is tried on another's.
      const { Bill: id } = await idsOf(mesh());
      const answer = await ask(`mutation { ${call(field, { id: id! })} ${selection(field.type, 0)} }`);
      expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
    });

    it.each(queries.map(({ name }) => name))('is told nothing by %s', async (name) => {
      const field = queries.find((each) => each.name === name)!;
      const answer = await ask(`{ ${call(field, await idsOf(mesh()))} ${selection(field.type, DEEPEST)} }`);
      if (!PUBLIC.includes(name)) expect(told(answer.data)).toEqual([]);
      for (const { extensions } of answer.errors ?? [])
        expect(['FORBIDDEN', 'CUSTOMER_ID_MISSING']).toContain(extensions?.code);
    });

    it.each(services)('is told nothing by the entities of %s', async (service) => {
      const { running } = mesh();
      const ids = await idsOf(mesh());
      const claims = await signClaims(
        {
          subject: 'stranger',
          roles,
          customerId: roles.includes('customer') ? customerId : undefined,
          correlationId: 'x',
        },
        running.mesh.secrets.gatewaySigningKey,
      );
      for (const { type, key } of entitiesOf(service)) {
        const representation = `{ __typename: "${type.name}", ${key}: ${JSON.stringify(ids[type.name])} }`;
        for (const field of Object.values(type.getFields()).filter(({ name }) => name !== key)) {
          const asked = `${call(field, ids)} ${selection(field.type, DEEPEST)}`;
          const query = `{ _entities(representations: [${representation}]) { ... on ${type.name} { ${asked} } } }`;
          const answer = await post(
            running.url(service, '/graphql'),
            { 'x-metermesh-claims': claims },
            query,
          );
          expect({ field: `${type.name}.${field.name}`, told: told(answer.data) }).toEqual({
            field: `${type.name}.${field.name}`,
            told: [],
          });
        }
      }
    });
  });

  describe('an operator', () => {
    it('is told by the same questions, so that it is not they that are empty', async () => {
      const { running } = mesh();
      const ids = await idsOf(mesh());
      const authorization = `Bearer ${await running.token('operator')}`;
      for (const field of queries.filter(({ name }) => capitalised(name) in ids)) {
        const query = `{ ${call(field, ids)} ${selection(field.type, DEEPEST)} }`;
        const { data } = await post(running.mesh.endpoint, { authorization }, query);
        expect({ query, told: told(data).length }).not.toEqual({ query, told: 0 });
      }
    });

    it('may ask for all that a bill rests on', async () => {
      const { running, demo } = mesh();
      const operator = await running.as('operator', 'an-operator');
      const { bill } = await operator<{
        bill: { determinants: { days: { readings: { receivedAt: string | null }[] }[] }[] };
      }>(
        `query ($id: ID!) { bill(id: $id) { determinants { days { readings { id receivedAt source } } } } }`,
        {
          id: demo.objects.billId,
        },
      );
      const readings = bill.determinants.flatMap(({ days }) => days.flatMap((day) => day.readings));
      expect(readings.length).toBeGreaterThan(27);
      expect(readings.every(({ receivedAt }) => receivedAt)).toBe(true);
    });
  });

  describe('nobody', () => {
    it.each(services)('is answered by %s past the gateway', async (service) => {
      const answer = await fetch(mesh().running.url(service, '/graphql'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ _service { sdl } }' }),
      });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'CLAIMS_MISSING' } }] });
    });
  });
}

type Ids = Readonly<Record<string, string>>;

let known: Promise<Ids> | undefined;

/** What is there to be asked for: an id for each type, and for each argument that names one. */
function idsOf({ running, demo: { objects } }: { running: RunningMesh; demo: Demo }): Promise<Ids> {
  known ??= (async () => {
    const operator = await running.as('operator', 'an-operator');
    const usagePointId = objects.otherUsagePointId;
    const made = await operator<{ control: { id: string }; concentrator: { id: string } }>(
      `mutation ($id: ID!) {
        control: requestRemoteDisconnect(input: { usagePointId: $id, reason: "none of their business", idempotencyKey: "authorisation" }) { id }
        concentrator: registerConcentrator(input: { manufacturer: "M", networkAddress: "dlms-tcp://10.0.0.9" }) { id }
      }`,
      { id: usagePointId },
    );
    await operator(
      `mutation ($customerId: ID!, $billId: ID!, $amount: Decimal!, $dueOn: Date!) {
        receiveDeposit(input: { id: "DEP-1", customerId: $customerId, amount: "1000", currency: "KRW", receivedOn: "2026-01-01", method: "cash" }) { id }
        agreeInstalmentPlan(input: { id: "PLAN-1", billIds: [$billId], instalments: [{ dueOn: $dueOn, amount: $amount }], reason: "asked for" }) { id }
      }`,
      await planOf(operator, objects.waterBillId!),
    );
    const { usagePoint } = await operator<{ usagePoint: { readings: { id: string }[] } }>(
      `query ($id: ID!) { usagePoint(id: $id) { readings(last: 1) { id } } }`,
      { id: usagePointId },
    );
    const { deviceEvents } = await operator<{ deviceEvents: { nodes: { id: string }[] } }>(
      '{ deviceEvents(first: 1) { nodes { id } } }',
    );
    const [latest] = deviceEvents.nodes;
    return {
      Agreement: objects.agreementId,
      agreementId: objects.agreementId,
      Bill: objects.billId,
      BillRun: objects.billRunId!,
      Deposit: 'DEP-1',
      InstalmentPlan: 'PLAN-1',
      RebillProposal: objects.rebillProposalId!,
      Payment: objects.paymentReference!,
      reference: objects.paymentReference!,
      customerId: objects.customerId,
      periodStart: objects.billId.slice(-'YYYY-MM-DD'.length),
      asOf: '2999-01-01T00:00:00Z',
      area: 'GB-LONDON',
      Concentrator: made.concentrator.id,
      Customer: objects.customerId,
      // Meters of the demo may have told of nothing yet.
      ...(latest && { DeviceEvent: latest.id }),
      EndDeviceControl: made.control.id,
      Meter: objects.meterSerialNumber,
      Reading: usagePoint.readings[0]!.id,
      UsagePoint: usagePointId,
      usagePointId,
      channel: 'active-energy-import',
    };
  })();
  return known;
}

/** All of a bill, to be paid in one part a month from now. */
async function planOf(operator: Query, billId: string) {
  const { bill } = await operator<{ bill: { total: string; customer: { id: string } } }>(
    'query ($id: ID!) { bill(id: $id) { total customer { id } } }',
    { id: billId },
  );
  const dueOn = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length);
  return { billId, amount: bill.total, customerId: bill.customer.id, dueOn };
}

async function post(endpoint: string, headers: Record<string, string>, query: string): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as Answer;
  const codes = answer.errors?.map(({ extensions }) => extensions?.code) ?? [];
  // Then the question itself would be at fault, and nothing be shown by it.
  if (codes.some((code) => code === undefined || /^(GRAPHQL_|QUERY_|BAD_|INTERNAL)/.test(code)))
    throw new Error(`${query}\n${JSON.stringify(answer.errors)}`);
  return answer;
}

/** Whatever an answer says, except that something is empty or false. */
function told(answer: unknown): unknown[] {
  if (answer === null || answer === undefined || answer === false) return [];
  return typeof answer === 'object' ? Object.values(answer).flatMap(told) : [answer];
}

/** The field with its required arguments: an id of something that is there where one is known, else any value that fits. */
function call({ name, args }: GraphQLField<unknown, unknown>, ids: Ids): string {
  const typeName = capitalised(name);
  const given = args
    .filter((argument) => isRequiredArgument(argument) || (typeName in ids && argument.name === 'id'))
    .map((argument) => {
      const id = ids[argument.name] ?? ids[typeName];
      return `${argument.name}: ${id === undefined || !isText(argument.type) ? literal(argument.type) : JSON.stringify(id)}`;
    });
  return given.length > 0 ? `${name}(${given.join(', ')})` : name;
}

const capitalised = (name: string) => name[0]!.toUpperCase() + name.slice(1);
const isText = (type: GraphQLInputType) =>
  ['ID', 'String', 'Date', 'DateTime'].includes(getNamedType(type).name);

const SCALARS: Ids = {
  Int: '1',
  Boolean: 'true',
  DateTime: '"2026-01-01T00:00:00Z"',
  Date: '"2026-01-01"',
  Decimal: '"1"',
};

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? '"X"';
  const fields = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{ ${fields.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
}

/** All that can be selected without arguments, some levels deep. */
function selection(type: GraphQLField<unknown, unknown>['type'], levels: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter(
    (field) => !field.args.some(isRequiredArgument) && (levels > 0 || isLeafType(getNamedType(field.type))),
  );
  const selected = fields.map((field) => `${field.name} ${selection(field.type, levels - 1)}`);
  return `{ ${selected.join(' ') || '__typename'} }`;
}

/** The types that other subgraphs may refer to, with the field that identifies them. */
function entitiesOf(service: ServiceName): { type: GraphQLObjectType; key: string }[] {
  const sdl = readFileSync(`services/${service}/schema.graphql`, 'utf8');
  const schema = buildSchema(sdl, { assumeValid: true, assumeValidSDL: true });
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    const directive = type.astNode?.directives?.find(({ name }) => name.value === 'key');
    const [, key] = /fields: "(\w+)"/.exec(directive ? print(directive) : '') ?? [];
    return isObjectType(type) && key && !print(directive!).includes('resolvable: false')
      ? [{ type, key }]
      : [];
  });
}

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type AgreementTermsChanged, type RateUsageRequest } from '@metermesh/contracts';
import { watchFacts, type Fact } from '@metermesh/messaging';
import { localDayAt } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import {
  codes,
  customer,
  operator,
  startCustomerCare,
  until,
  type Answer,
} from './customer-care.test-kit.ts';

jest.setTimeout(60_000);

const REGISTER = /* GraphQL */ `
  mutation ($input: RegisterCustomerInput!) {
    registerCustomer(input: $input) {
      id
      name
      email
      language
    }
  }
`;
const START = /* GraphQL */ `
  mutation ($input: StartAgreementInput!) {
    startAgreement(input: $input) {
      id
      customer {
        id
      }
      usagePoint {
        id
      }
      tariffId
      startsOn
      endsOn
      billingDay
    }
  }
`;
const END = /* GraphQL */ `
  mutation ($id: ID!, $endsOn: Date!) {
    endAgreement(id: $id, endsOn: $endsOn) {
      id
      endsOn
    }
  }
`;
const CHANGE = /* GraphQL */ `
  mutation ($id: ID!, $from: Date!, $change: AgreementTermsChange!) {
    changeAgreementTerms(id: $id, from: $from, change: $change) {
      tariffId
      billingMonths
      terms {
        from
        tariffId
        contractKw
        discounts {
          code
          from
          to
        }
        attributes {
          name
          value
        }
        paymentMode
      }
    }
  }
`;
const INSIGHT = /* GraphQL */ `
  query ($id: ID!) {
    agreement(id: $id) {
      insight {
        periodStart
        periodEnd
        daysMeasured
        daysInPeriod
        usage
        unit
        cost
        forecastUsage
        forecastCost
        currency
      }
    }
  }
`;

describe('customer-care', () => {
  let care: Awaited<ReturnType<typeof startCustomerCare>>;
  let ask: typeof care.ask;
  const facts: Fact[] = [];
  const stopWatching = new AbortController();

  beforeAll(async () => {
    care = await startCustomerCare();
    ask = care.ask;
    void (async () => {
      for await (const fact of watchFacts(care.nats, 'fact.customer-care.>', stopWatching.signal))
        facts.push(fact);
    })();
  });
  afterAll(async () => {
    stopWatching.abort();
    await care.stop();
  });

  const register = (id: string, change = {}) =>
    ask(REGISTER, {
      input: { id, name: `Name of ${id}`, email: `${id}@example.org`, language: 'ko-KR', ...change },
    });
  const start = (id: string, customerId: string, usagePointId: string, change = {}) =>
    ask(START, {
      input: {
        id,
        customerId,
        usagePointId,
        tariffId: 'kepco/residential-low-voltage',
        startsOn: '2026-01-01',
        ...change,
      },
    });
  const knowUsagePoint = async (id: string, timeZone?: string) => {
    await care.usagePointRegistered(id, timeZone);
    const known = () => care.pool.query('SELECT FROM usage_point WHERE id = $1', [id]);
    await until(async () => (await known()).rowCount === 1);
  };
  const recorded = async () =>
    Number((await care.pool.query<{ n: string }>('SELECT count(*) AS n FROM event_store.events')).rows[0]!.n);

  it('registers customers, starts and ends agreements, and tells others of each once', async () => {
    await knowUsagePoint('UP-1');
    expect((await register('C-1')).data).toEqual({
      registerCustomer: { id: 'C-1', name: 'Name of C-1', email: 'C-1@example.org', language: 'ko-KR' },
    });
    expect((await start('A-1', 'C-1', 'UP-1', { billingDay: 15 })).data).toEqual({
      startAgreement: {
        id: 'A-1',
        customer: { id: 'C-1' },
        usagePoint: { id: 'UP-1' },
        tariffId: 'kepco/residential-low-voltage',
        startsOn: '2026-01-01',
        endsOn: null,
        billingDay: 15,
      },
    });
    expect((await ask(END, { id: 'A-1', endsOn: '2026-06-01' })).data).toEqual({
      endAgreement: { id: 'A-1', endsOn: '2026-06-01' },
    });
    await until(() => facts.some(({ type }) => type.endsWith('AgreementEnded')));
    expect(facts.map(({ type, stream }) => [type.split('.').at(-1), stream])).toEqual([
      ['CustomerRegistered', 'customer-C-1'],
      ['AgreementStarted', 'agreement-A-1'],
      ['AgreementEnded', 'agreement-A-1'],
    ]);
  });

  it('changes the terms of agreements from a day on, and tells others', async () => {
    await knowUsagePoint('UP-TERMS');
    await register('C-TERMS');
    const terms = {
      contractKw: '5.0',
      discounts: [{ code: 'large-family', from: '2026-01-01' }],
      attributes: [{ name: 'households', value: '2' }],
      billingMonths: 2,
    };
    await start('A-TERMS', 'C-TERMS', 'UP-TERMS', terms);
    const change = (from: string, given: object, who = operator) =>
      ask(CHANGE, { id: 'A-TERMS', from, change: given }, who);
    await change('2026-07-01', { tariffId: 'kepco/general-a-1-low-voltage', discounts: [] });
    await change('2099-01-01', { paymentMode: 'PREPAID', contractKw: '0' });
    const { data } = await change('2026-03-01', { contractKw: '7' });
    const started = {
      from: '2026-01-01',
      tariffId: 'kepco/residential-low-voltage',
      contractKw: '5',
      discounts: [{ code: 'large-family', from: '2026-01-01', to: null }],
      attributes: terms.attributes,
      paymentMode: 'POSTPAID',
    };
    const business = {
      ...started,
      from: '2026-07-01',
      tariffId: 'kepco/general-a-1-low-voltage',
      discounts: [],
    };
    expect(data.changeAgreementTerms).toEqual({
      tariffId: 'kepco/general-a-1-low-voltage',
      billingMonths: 2,
      terms: [
        started,
        { ...started, from: '2026-03-01', contractKw: '7' },
        business,
        { ...business, from: '2099-01-01', contractKw: null, paymentMode: 'PREPAID' },
      ],
    });
    const told = () =>
      facts
        .filter(({ type }) => type.endsWith('AgreementTermsChanged'))
        .map((fact) => decodeEvent<AgreementTermsChanged>(fact));
    await until(() => told().length === 3);
    expect(told().map(({ from, change: number }) => [from, number])).toEqual([
      ['2026-07-01', 1],
      ['2099-01-01', 2],
      ['2026-03-01', 3],
    ]);
    expect(codes(await change('2025-12-31', { contractKw: '9' }))).toEqual(['TERMS_OUTSIDE_AGREEMENT']);
    expect(codes(await change('2026-04-01', { contractKw: '9' }, customer('C-TERMS')))).toEqual([
      'FORBIDDEN',
    ]);
  });

  it('records nothing where a command is a repeat, and answers as the first time', async () => {
    await knowUsagePoint('UP-2');
    const everything = async () => [
      await register('C-2'),
      await start('A-2', 'C-2', 'UP-2'),
      await ask(END, { id: 'A-2', endsOn: '2026-02-01' }),
    ];
    await everything();
    const events = await recorded();
    const [, , again] = await everything();
    expect(again!.data).toEqual({ endAgreement: { id: 'A-2', endsOn: '2026-02-01' } });
    expect(await recorded()).toBe(events);
  });

  it('refuses with a code what may not be, and records nothing of it', async () => {
    await knowUsagePoint('UP-3');
    await register('C-3');
    await start('A-3', 'C-3', 'UP-3');
    const events = await recorded();
    const refused: [string, Promise<Answer>][] = [
      ['CUSTOMER_EXISTS', register('C-3', { name: 'Somebody else' })],
      ['EMAIL_INVALID', register('C-4', { email: 'nowhere' })],
      ['AGREEMENT_EXISTS', start('A-3', 'C-3', 'UP-3', { billingDay: 7 })],
      ['CUSTOMER_NOT_FOUND', start('A-4', 'C-NONE', 'UP-3')],
      ['USAGE_POINT_NOT_FOUND', start('A-4', 'C-3', 'UP-NONE')],
      ['USAGE_POINT_HAS_AGREEMENT', start('A-4', 'C-3', 'UP-3', { startsOn: '2026-05-01' })],
      ['BILLING_DAY_INVALID', start('A-4', 'C-3', 'UP-3', { billingDay: 31 })],
      ['AGREEMENT_NOT_FOUND', ask(END, { id: 'A-NONE', endsOn: '2026-05-01' })],
      ['END_BEFORE_START', ask(END, { id: 'A-3', endsOn: '2025-05-01' })],
      ['BAD_USER_INPUT', ask(END, { id: 'A-3', endsOn: '2026-02-30' })],
    ];
    for (const [code, answer] of refused) expect(codes(await answer)).toEqual([code]);
    expect(await recorded()).toBe(events);
  });

  it('logs neither personal data nor what callers did wrong', async () => {
    const before = care.logged.length;
    expect(codes(await register('C-LOG', { email: 'no address' }))).toEqual(['EMAIL_INVALID']);
    await register('C-LOG');
    await register('C-LOG', { name: 'Other Name' });
    expect(care.logged.slice(before)).toEqual([]);
    expect(JSON.stringify(care.logged)).not.toMatch(/Name of|Other Name|@example\.org|no address/);
  });

  it('logs a fault of its own, and tells the caller nothing of it', async () => {
    const before = care.logged.length;
    const broken = jest
      .spyOn(care.pool, 'query')
      .mockImplementation((() => Promise.reject(new Error('disk on fire'))) as never);
    const answer = await ask('{ customers { nodes { id } } }');
    broken.mockRestore();
    expect(codes(answer)).toEqual(['INTERNAL']);
    expect(JSON.stringify(answer)).not.toContain('fire');
    expect(
      care.logged
        .slice(before)
        .flat()
        .some((part) =>
          String(part instanceof Error ? part.message : JSON.stringify(part)).includes('A resolver failed'),
        ),
    ).toBe(true);
  });

  it('lets one of two agreements win that start at once at one usage point, on two replicas', async () => {
    const other = await care.startReplica();
    await register('C-5');
    for (let round = 0; round < 5; round++) {
      const usagePointId = `UP-RACE-${round}`;
      await knowUsagePoint(usagePointId);
      const input = (id: string) => ({
        input: {
          id,
          customerId: 'C-5',
          usagePointId,
          tariffId: 'kepco/residential-low-voltage',
          startsOn: '2026-01-01',
        },
      });
      const answers = await Promise.all([
        ask(START, input(`A-RACE-${round}-1`)),
        ask(START, input(`A-RACE-${round}-2`), undefined, other.url),
      ]);
      expect(answers.flatMap(codes)).toEqual(['USAGE_POINT_HAS_AGREEMENT']);
      const { rows } = await care.pool.query(
        'SELECT count(*)::int AS n FROM agreement WHERE usage_point_id = $1',
        [usagePointId],
      );
      expect(rows).toEqual([{ n: 1 }]);
    }
  });

  it('answers the agreement that is in force today by the clock of the place', async () => {
    await register('C-6');
    // Whatever the time, these two places are never on the same date as each other.
    for (const [usagePointId, timeZone] of [
      ['UP-EAST', 'Pacific/Kiritimati'],
      ['UP-WEST', 'Pacific/Pago_Pago'],
    ] as const) {
      await knowUsagePoint(usagePointId, timeZone);
      const today = localDayAt(Date.now(), timeZone).date;
      const yesterday = Temporal.PlainDate.from(today).subtract({ days: 1 }).toString();
      await start(`A-${usagePointId}-1`, 'C-6', usagePointId);
      await ask(END, { id: `A-${usagePointId}-1`, endsOn: today });
      await start(`A-${usagePointId}-2`, 'C-6', usagePointId, { startsOn: today });
      const query = `{ _entities(representations: [{ __typename: "UsagePoint", id: "${usagePointId}" }]) {
        ... on UsagePoint { agreement { id startsOn } } } }`;
      expect((await ask(query)).data._entities).toEqual([
        { agreement: { id: `A-${usagePointId}-2`, startsOn: today } },
      ]);
      expect(yesterday < today).toBe(true);
    }
  });

  it('shows a customer himself and nobody else', async () => {
    const kim = customer('C-KIM');
    await register('C-KIM');
    await register('C-LEE');
    await knowUsagePoint('UP-KIM');
    await knowUsagePoint('UP-LEE');
    await start('A-KIM', 'C-KIM', 'UP-KIM');
    await start('A-LEE', 'C-LEE', 'UP-LEE');
    const own = await ask(
      `{ customer { id agreements { id } } customers { nodes { id } } agreements { nodes { id } } agreement(id: "A-KIM") { customer { name } } }`,
      {},
      kim,
    );
    expect(own).toEqual({
      status: 200,
      data: {
        customer: { id: 'C-KIM', agreements: [{ id: 'A-KIM' }] },
        customers: { nodes: [{ id: 'C-KIM' }] },
        agreements: { nodes: [{ id: 'A-KIM' }] },
        agreement: { customer: { name: 'Name of C-KIM' } },
      },
    });
    const forbidden = [
      '{ customer(id: "C-LEE") { id } }',
      '{ customer(id: "C-NONE") { id } }',
      '{ agreement(id: "A-LEE") { id } }',
      '{ agreement(id: "A-NONE") { id } }',
      '{ _entities(representations: [{ __typename: "Customer", id: "C-LEE" }]) { ... on Customer { name } } }',
      '{ _entities(representations: [{ __typename: "Agreement", id: "A-LEE" }]) { ... on Agreement { tariffId } } }',
      'mutation { registerCustomer(input: { name: "x" }) { id } }',
      'mutation { endAgreement(id: "A-KIM", endsOn: "2026-12-01") { id } }',
    ];
    for (const query of forbidden) expect(codes(await ask(query, {}, kim))).toEqual(['FORBIDDEN']);
    const place = `{ _entities(representations: [{ __typename: "UsagePoint", id: "UP-LEE" }]) { ... on UsagePoint { agreement { id } } } }`;
    expect((await ask(place, {}, kim)).data).toEqual({ _entities: [{ agreement: null }] });
    expect((await ask(place)).data).toEqual({ _entities: [{ agreement: { id: 'A-LEE' } }] });
    expect(codes(await ask('{ customer { id } }'))).toEqual(['CUSTOMER_ID_MISSING']);
    const partner = { subject: 'p', roles: ['partner'] as ['partner'] };
    expect(
      (await ask('{ customers { nodes { id } } agreements { nodes { id } } }', {}, partner)).data,
    ).toEqual({
      customers: { nodes: [] },
      agreements: { nodes: [] },
    });
  });

  it('answers nobody without signed claims', async () => {
    const response = await fetch(`${care.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ customers { nodes { name } } }' }),
    });
    expect(response.status).toBe(401);
    expect(codes((await response.json()) as Answer)).toEqual(['CLAIMS_MISSING']);
  });

  describe('the insight into the running period', () => {
    const today = Temporal.Now.plainDateISO('Asia/Seoul');
    // The period began on this very day of the month, two days ago or, around the 29th, a little earlier.
    const billingDay = Math.min(today.subtract({ days: 2 }).day, 28);
    const insight = async () => (await ask(INSIGHT, { id: 'A-IN' })).data.agreement.insight;
    let periodStart: Temporal.PlainDate;
    let daysInPeriod: number;

    beforeAll(async () => {
      await register('C-IN');
      await knowUsagePoint('UP-IN');
      await start('A-IN', 'C-IN', 'UP-IN', { billingDay });
      periodStart = Temporal.PlainDate.from((await insight()).periodStart);
      daysInPeriod = periodStart.until(periodStart.add({ months: 1 })).days;
    });

    it('has usage from the days that ingestion validated, and no cost while billing does not answer', async () => {
      expect(await insight()).toEqual({
        periodStart: periodStart.toString(),
        periodEnd: periodStart.add({ months: 1 }).toString(),
        daysMeasured: 0,
        daysInPeriod,
        usage: '0',
        unit: 'kWh',
        cost: null,
        forecastUsage: null,
        forecastCost: null,
        currency: null,
      });
      await care.dayValidated('UP-IN', periodStart.subtract({ days: 1 }).toString(), 999);
      for (const channel of ['active-energy-import:refrigerator', 'temperature'])
        await care.dayValidated('UP-IN', periodStart.toString(), 777, { channel });
      await care.dayValidated('UP-IN', periodStart.toString(), 105);
      await until(async () => (await insight()).daysMeasured === 1);
      expect(await insight()).toMatchObject({
        usage: '10.08',
        cost: null,
        forecastCost: null,
        currency: null,
      });
    });

    it('keeps the highest version of a day, in whatever order they come', async () => {
      const date = periodStart.toString();
      await care.dayValidated('UP-IN', date, 100, { version: 3n });
      await care.dayValidated('UP-IN', date, 555, { version: 2n });
      await care.dayValidated('UP-IN', periodStart.add({ days: 1 }).toString(), 100, { missing: 90 });
      await until(async () => (await insight()).daysMeasured === 2);
      expect(await insight()).toMatchObject({
        usage: '10.2',
        forecastUsage: String((9.6 * daysInPeriod).toFixed(1)).replace(/\.0$/, ''),
      });
    });

    it('has cost and forecast as billing rates them, for the whole period', async () => {
      const asked: RateUsageRequest[] = [];
      const stopAnswering = care.billingAnswers(asked);
      const answer = await insight();
      stopAnswering();
      expect(answer).toMatchObject({
        cost: '1020',
        forecastCost: String(Math.round(Number(answer.forecastUsage) * 100)),
        currency: 'KRW',
      });
      expect(
        asked.map(({ agreementId, period, expected }) => [agreementId, period?.start, expected]),
      ).toEqual([
        ['A-IN', answer.periodStart, ''],
        ['A-IN', answer.periodStart, answer.forecastUsage],
      ]);
    });

    it('is nothing for an agreement that is not in force', async () => {
      await ask(END, { id: 'A-IN', endsOn: today.toString() });
      expect(await insight()).toBeNull();
    });
  });
});

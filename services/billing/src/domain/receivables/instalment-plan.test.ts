import { create } from '@bufbuild/protobuf';
import { InstalmentPlanAgreedSchema, InstalmentPlanEndedSchema, PlanOutcome } from '@metermesh/contracts';
import { describe, it } from '@jest/globals';
import { specify } from '@metermesh/decider';
import { instalmentPlanDecider } from './instalment-plan.ts';
import { AT, NOW } from './receivables.test-kit.ts';

const { given } = specify(instalmentPlanDecider);
const whole = { planId: 'PLAN-1', on: '2026-11-23', at: NOW, by: 'kim' };
const terms = {
  customerId: 'CUST-1',
  currency: 'KRW',
  bills: [
    { billId: 'BILL-1', amount: '70000' },
    { billId: 'BILL-2', amount: '30000' },
  ],
  instalments: [
    { dueOn: '2026-12-25', amount: '50000' },
    { dueOn: '2027-01-25', amount: '50000' },
  ],
  reason: 'lost his job',
};
const agree = { ...whole, ...terms, type: 'agree' } as const;
const agreed = create(InstalmentPlanAgreedSchema, {
  ...{ ...terms, planId: 'PLAN-1', agreedOn: '2026-11-23', agreedAt: AT, agreedBy: 'kim' },
});
const ended = (outcome: PlanOutcome, paid: string, reason: string, endedOn: string) =>
  create(InstalmentPlanEndedSchema, {
    ...{
      planId: 'PLAN-1',
      customerId: 'CUST-1',
      outcome,
      paid,
      reason,
      endedOn,
      endedAt: AT,
      endedBy: 'kim',
    },
  });
const check = (on: string, open: string) => ({ ...whole, type: 'check', on, open }) as const;

describe('an instalment plan', () => {
  it('is agreed where the instalments add up to what is open, on days to come, in order', () => {
    given().when(agree).then(agreed);
    given(agreed).when(agree).thenRefused('INSTALMENT_PLAN_EXISTS');
    const [first, second] = terms.instalments as [
      (typeof terms.instalments)[0],
      (typeof terms.instalments)[0],
    ];
    given()
      .when({ ...agree, instalments: [first] })
      .thenRefused('INSTALMENTS_DO_NOT_ADD_UP');
    given()
      .when({ ...agree, instalments: [second, first] })
      .thenRefused('INSTALMENT_DATES_INVALID');
    given()
      .when({ ...agree, on: '2026-12-25' })
      .thenRefused('INSTALMENT_DATES_INVALID');
    given()
      .when({ ...agree, instalments: [first, { dueOn: '2030-01-25', amount: '50000' }] })
      .thenRefused('INSTALMENT_DATES_INVALID');
    given()
      .when({ ...agree, reason: '' })
      .thenRefused('REASON_MISSING');
  });

  it('is kept as long as what was paid is not less than what is due, five days of grace included', () => {
    given(agreed).when(check('2026-12-30', '100000')).thenNothing();
    given(agreed).when(check('2026-12-31', '50000')).thenNothing();
    given(agreed)
      .when(check('2026-12-31', '50001'))
      .then(
        ended(
          PlanOutcome.DEFAULTED,
          '49999',
          '49999 of the 50000 KRW due by 2026-12-25 were paid.',
          '2026-12-31',
        ),
      );
  });

  it('ends once all is paid, or somebody gives it up, and then for good', () => {
    const kept = ended(PlanOutcome.KEPT, '100000', 'All is paid.', '2026-12-01');
    given(agreed).when(check('2026-12-01', '0')).then(kept);
    given(agreed, kept).when(check('2027-12-01', '100000')).thenNothing();
    const cancel = { ...whole, type: 'cancel', open: '40000', reason: 'he pays at once' } as const;
    given(agreed)
      .when(cancel)
      .then(ended(PlanOutcome.CANCELLED, '60000', 'he pays at once', '2026-11-23'));
    given(agreed, kept).when(cancel).thenNothing();
    given().when(cancel).thenRefused('INSTALMENT_PLAN_NOT_FOUND');
  });
});

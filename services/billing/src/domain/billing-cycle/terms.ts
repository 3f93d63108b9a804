import { PaymentMode, type AgreementStarted, type AgreementTerms } from '@metermesh/contracts';
import type { Entitlement } from '../rating/rating-input.ts';

/** What is agreed on the price. */
export interface Terms {
  readonly tariffId: string;
  /** Contract power, an exact decimal of kW. */
  readonly contractKw?: string;
  readonly discounts: readonly Entitlement[];
  /** What a tariff asks about the supply, by name, e.g. `pipe-size-mm`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly paymentMode: 'POSTPAID' | 'PREPAID';
}

/** Terms from a local day on, until those that come next. */
export interface DatedTerms extends Terms {
  readonly from: string;
}

/** Terms as customer-care tells them; what older facts do not have is as it was before there was a choice. */
export function termsOf(
  told: Pick<
    AgreementTerms | AgreementStarted,
    'tariffId' | 'contractKw' | 'discounts' | 'attributes' | 'paymentMode'
  >,
): Terms {
  return {
    tariffId: told.tariffId,
    ...(told.contractKw && { contractKw: told.contractKw }),
    discounts: told.discounts.map(({ code, from, to }) => ({
      code,
      ...(from && { from }),
      ...(to && { to }),
    })),
    attributes: Object.fromEntries(told.attributes.map(({ name, value }) => [name, value])),
    paymentMode: told.paymentMode === PaymentMode.PREPAID ? 'PREPAID' : 'POSTPAID',
  };
}

/** Whether both price alike: how they are paid makes no other bill. */
export function priceAlike(one: Terms, other: Terms): boolean {
  return priced(one) === priced(other);
}

function priced({ tariffId, contractKw = '', discounts, attributes }: Terms): string {
  const entitlements = discounts.map(({ code, from = '', to = '' }) => `${code} ${from} ${to}`).sort();
  return JSON.stringify([tariffId, contractKw, entitlements, Object.entries(attributes).sort()]);
}

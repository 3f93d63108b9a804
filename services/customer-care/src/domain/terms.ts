import { create } from '@bufbuild/protobuf';
import {
  AgreementTermsSchema,
  PaymentMode,
  type AgreementAttribute,
  type AgreementDiscount,
  type AgreementStarted,
  type AgreementTerms,
  type AgreementTermsChanged,
} from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';

/** What changes in the terms of an agreement; what is absent stays as it is. */
export interface TermsChange {
  readonly tariffId?: string;
  /** Exact decimal of kW; empty: none any more. */
  readonly contractKw?: string;
  readonly discounts?: readonly Omit<AgreementDiscount, '$typeName' | '$unknown'>[];
  readonly attributes?: readonly Omit<AgreementAttribute, '$typeName' | '$unknown'>[];
  readonly paymentMode?: PaymentMode;
}

/** Terms that an agreement started with; what older ones do not say is as it was before there was a choice. */
export function startingTerms({
  tariffId,
  contractKw,
  discounts,
  attributes,
  paymentMode,
}: Omit<AgreementTerms | AgreementStarted, '$typeName' | '$unknown'>): AgreementTerms {
  return create(AgreementTermsSchema, {
    tariffId,
    contractKw,
    discounts,
    attributes,
    paymentMode: paymentMode || PaymentMode.POSTPAID,
  });
}

/** The terms in force on a local day: the latest for that day or one before; of several for the same day the later change. */
export function termsOn(
  date: string,
  started: AgreementStarted,
  changes: readonly AgreementTermsChanged[],
): AgreementTerms {
  const inForce = changes
    .filter(({ from }) => from <= date)
    .reduce<AgreementTermsChanged | undefined>(
      (latest, each) => (latest && latest.from > each.from ? latest : each),
      undefined,
    );
  return inForce?.terms ?? startingTerms(started);
}

export function changedTerms(terms: AgreementTerms, change: TermsChange): AgreementTerms {
  return create(AgreementTermsSchema, {
    tariffId: change.tariffId ?? terms.tariffId,
    contractKw: change.contractKw ?? terms.contractKw,
    discounts: [...(change.discounts ?? terms.discounts)],
    attributes: [...(change.attributes ?? terms.attributes)],
    paymentMode: change.paymentMode ?? terms.paymentMode,
  });
}

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_ENTRIES = 50;
const LONGEST_VALUE = 100;

/** Refusals: `TARIFF_ID_INVALID`, `CONTRACT_POWER_INVALID`, `DISCOUNT_INVALID`, `ATTRIBUTE_INVALID`. */
export function faultOfTerms({
  tariffId,
  contractKw,
  discounts,
  attributes,
}: AgreementTerms): Refusal | undefined {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(tariffId)) {
    return refuse(
      'TARIFF_ID_INVALID',
      `${JSON.stringify(tariffId)} is no tariff; give publisher/name, e.g. kepco/residential-low-voltage.`,
    );
  }
  if (contractKw && !(/^\d{1,7}(\.\d{1,3})?$/.test(contractKw) && Number(contractKw) > 0)) {
    return refuse(
      'CONTRACT_POWER_INVALID',
      `Contract power is more than 0 kW, with up to three decimals; ${contractKw} is not.`,
    );
  }
  return faultOfDiscounts(discounts) ?? faultOfAttributes(attributes);
}

function faultOfDiscounts(discounts: readonly AgreementDiscount[]): Refusal | undefined {
  if (discounts.length > MOST_ENTRIES)
    return refuse('DISCOUNT_INVALID', `An agreement has at most ${MOST_ENTRIES} discounts.`);
  for (const { code, from, to } of discounts) {
    if (!CODE.test(code))
      return refuse(
        'DISCOUNT_INVALID',
        `${JSON.stringify(code)} is no code of a discount; give it as the tariff names it, e.g. large-family.`,
      );
    if (from && to && from >= to)
      return refuse(
        'DISCOUNT_INVALID',
        `The discount ${code} ends on ${to}, not after its start ${from}; the end is exclusive.`,
      );
  }
  return undefined;
}

function faultOfAttributes(attributes: readonly AgreementAttribute[]): Refusal | undefined {
  if (attributes.length > MOST_ENTRIES)
    return refuse('ATTRIBUTE_INVALID', `An agreement has at most ${MOST_ENTRIES} attributes.`);
  for (const [index, { name, value }] of attributes.entries()) {
    if (!CODE.test(name) || value.trim() === '' || value.length > LONGEST_VALUE)
      return refuse(
        'ATTRIBUTE_INVALID',
        `An attribute has a name such as pipe-size-mm and a value of up to ${LONGEST_VALUE} letters; ${JSON.stringify(name)} = ` +
          `${JSON.stringify(value.slice(0, LONGEST_VALUE))} is none.`,
      );
    if (attributes.findIndex((each) => each.name === name) < index)
      return refuse('ATTRIBUTE_INVALID', `The attribute ${name} is given twice.`);
  }
  return undefined;
}

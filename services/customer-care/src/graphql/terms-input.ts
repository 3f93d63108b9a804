import { PaymentMode } from '@metermesh/contracts';
import type { AgreementTermsChange, StartAgreementInput } from './generated/schema.ts';
import type { TermsChange } from '../domain/terms.ts';

/** What was given of an agreement's terms; null is as if it was not given. */
export function givenTerms(
  input: Pick<
    StartAgreementInput | AgreementTermsChange,
    'tariffId' | 'contractKw' | 'discounts' | 'attributes' | 'paymentMode'
  >,
): TermsChange {
  const { tariffId, contractKw, discounts, attributes, paymentMode } = input;
  return {
    ...(tariffId && { tariffId }),
    ...(contractKw && { contractKw: Number(contractKw) === 0 ? '' : contractKw }),
    ...(discounts && {
      discounts: discounts.map(({ code, from, to }) => ({ code, from: from ?? '', to: to ?? '' })),
    }),
    ...(attributes && { attributes: attributes.map(({ name, value }) => ({ name, value })) }),
    ...(paymentMode && { paymentMode: PaymentMode[paymentMode] }),
  };
}

import { refuse, type Refusal } from '@metermesh/decider';
import { exact } from '../rating/exact.ts';

/** Whether text can be an amount of money that somebody paid: above zero, plain decimals. */
export function faultOfAmount(amount: string): Refusal | undefined {
  if (/^\d{1,15}(\.\d{1,6})?$/.test(amount) && exact(amount).greaterThan(0)) return undefined;
  return refuse(
    'AMOUNT_INVALID',
    `${JSON.stringify(amount)} is no amount; give one above zero, such as "12340" or "12.34".`,
  );
}

/** ISO 4217 codes are three capitals; which of them are current is not checked. */
export function faultOfCurrency(currency: string): Refusal | undefined {
  if (/^[A-Z]{3}$/.test(currency)) return undefined;
  return refuse(
    'CURRENCY_INVALID',
    `${JSON.stringify(currency)} is no currency; give its ISO 4217 code, such as "KRW".`,
  );
}

export function faultOfMethod(method: string): Refusal | undefined {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(method)) return undefined;
  return refuse(
    'METHOD_INVALID',
    `${JSON.stringify(method)} cannot name how money came; use lower-case words with dashes, such as "bank-transfer".`,
  );
}

/** References are the payer's or the bank's: any printable characters, up to 128. */
export function faultOfReference(reference: string): Refusal | undefined {
  if (/^[^\p{C}\s][^\p{C}]{0,127}$/u.test(reference)) return undefined;
  return refuse(
    'PAYMENT_REFERENCE_INVALID',
    'A reference has 1 to 128 printable characters and begins with no blank.',
  );
}

export function faultOfReason(reason: string): Refusal | undefined {
  if (reason.trim() && reason.length <= 1000) return undefined;
  return refuse('REASON_MISSING', 'Say why, in up to 1000 characters; it is recorded.');
}

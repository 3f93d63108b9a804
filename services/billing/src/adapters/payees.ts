import { Inject, Injectable } from '@nestjs/common';
import { refuse } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Payee, ReportedPayment } from '../domain/receivables/payment.decider.ts';

/** Whose account does a payment go to? */
@Injectable()
export class Payees {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** The customer of the bill that is named, else the account; suspense where neither is known or the currency is another. */
  async of(payment: Pick<ReportedPayment, 'billId' | 'accountReference' | 'currency'>): Promise<Payee> {
    const found = (await this.ofBill(payment.billId)) ?? (await this.ofAccount(payment.accountReference));
    if (!found) return { suspense: unknownReference(payment) };
    const { customerId, currencies } = found;
    if (currencies.length === 0 || currencies.includes(payment.currency)) return { customerId };
    return {
      suspense: refuse(
        'CURRENCY_MISMATCH',
        `The payment is in ${payment.currency}, what customer ${customerId} owes in ${currencies.join(', ')}. Exchange it and ` +
          `record that, or assign it to the customer as it is.`,
      ),
    };
  }

  /** Whether the customer has, or had, an agreement or a bill. */
  async knows(customerId: string): Promise<boolean> {
    const { rows } = await this.pool.query(
      `SELECT FROM agreement WHERE customer_id = $1 UNION ALL SELECT FROM receivable WHERE customer_id = $1 LIMIT 1`,
      [customerId],
    );
    return rows.length > 0;
  }

  private async ofBill(billId: string): Promise<Found | undefined> {
    if (!billId) return undefined;
    const { rows } = await this.pool.query<Found>(
      'SELECT customer_id AS "customerId", ARRAY[currency] AS currencies FROM receivable WHERE bill_id = $1',
      [billId],
    );
    return rows[0];
  }

  /** By id of an agreement or of a customer, with the currencies of his bills. */
  private async ofAccount(reference: string): Promise<Found | undefined> {
    if (!reference) return undefined;
    const { rows } = await this.pool.query<Found>(
      `SELECT customer_id AS "customerId",
         ARRAY(SELECT DISTINCT currency FROM receivable r WHERE r.customer_id = known.customer_id) AS currencies
       FROM (
         SELECT customer_id FROM agreement WHERE id = $1 OR customer_id = $1
         UNION ALL SELECT customer_id FROM receivable WHERE customer_id = $1 LIMIT 1
       ) AS known LIMIT 1`,
      [reference],
    );
    return rows[0];
  }
}

interface Found {
  customerId: string;
  currencies: string[];
}

function unknownReference({
  billId,
  accountReference,
}: Pick<ReportedPayment, 'billId' | 'accountReference'>) {
  const named = [billId && `bill ${billId}`, accountReference && `account ${accountReference}`].filter(
    Boolean,
  );
  return refuse(
    'PAYMENT_REFERENCE_UNKNOWN',
    `${named.length > 0 ? `No ${named.join(' or ')} is known here` : 'It names neither bill nor account'}. Find out whose it is ` +
      `and assign it, or send it back.`,
  );
}

import type { Agreement } from '../domain/billing-cycle/agreement.ts';

/** Rows of {@link Agreement}; one whose start is not known yet is none. To be ended with a condition on `agreement`. */
export const SELECT_AGREEMENTS = `SELECT id, customer_id AS "customerId", usage_point_id AS "usagePointId",
  starts_on AS "startsOn", ends_on AS "endsOn", billing_day AS "billingDay", billing_months AS "billingMonths", dated.terms
  FROM agreement CROSS JOIN LATERAL (
    SELECT jsonb_agg(terms || jsonb_build_object('from', effective_from) ORDER BY effective_from) AS terms
    FROM agreement_terms WHERE agreement_id = agreement.id
  ) AS dated WHERE starts_on IS NOT NULL AND `;

export type AgreementRow = Omit<Agreement, 'endsOn'> & { endsOn: string | null };

export const agreementOf = ({ endsOn, ...row }: AgreementRow): Agreement => ({
  ...row,
  ...(endsOn !== null && { endsOn }),
});

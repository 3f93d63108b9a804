/** Token of the {@link BillingPolicy} that this installation bills by. */
export const BILLING_POLICY = Symbol('BILLING_POLICY');

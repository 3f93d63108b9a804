/** Injection token of the {@link Utility} that this installation bills for. */
export const UTILITY = Symbol('UTILITY');

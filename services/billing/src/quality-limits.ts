/** Token of the {@link QualityLimits} that this installation bills by. */
export const QUALITY_LIMITS = Symbol('QUALITY_LIMITS');

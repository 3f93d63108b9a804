import { scaleDecimal } from '../decimal.ts';
import { quantityName } from '../dlms/obis.ts';
import { UNNAMED, type DecodedEvent, type DecodedMeasurement } from '../measurement.ts';
import { scaleByRatio, decimalRatio } from './ratio.ts';
import type { Scope } from './scope.ts';
import type { ZclAttribute } from './zcl-frame.ts';
import { zclText } from './zcl-value.ts';

/** What an attribute of a cluster means. */
export interface AttributeMeaning {
  readonly name: string;
  /** Data types that the standard or common devices give it: from them a missing cluster is inferred. */
  readonly types: readonly number[];
  /** Nothing where it only serves others, as a divisor does. */
  measure?(attribute: ZclAttribute, scope: Scope): DecodedMeasurement | undefined;
  events?(attribute: ZclAttribute, scope: Scope): DecodedEvent[];
}

export interface Target {
  readonly obis: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly tariff?: number;
  readonly extreme?: 'minimum' | 'maximum';
  readonly time?: string;
}

/** An attribute nobody here knows, or that has no code of its own: kept by what the cluster library calls it. */
export function unnamed(
  attribute: ZclAttribute,
  scope: Scope,
  quantity?: string,
): DecodedMeasurement | undefined {
  if (attribute.value === undefined) return undefined;
  const code = scope.code(attribute.id);
  return { obis: UNNAMED, code, quantity, value: zclText(attribute.value) };
}

/** A value that is a fixed power of ten away from its unit. */
export function fixed(target: Target, exponent: number): AttributeMeaning['measure'] {
  return (attribute, scope) => placed(attribute, scope, target, 1n, 1n, exponent);
}

/** A value × multiplier / divisor, exact; nothing where it is no number. */
export function placed(
  attribute: ZclAttribute,
  scope: Scope,
  target: Target,
  multiplier: bigint,
  divisor: bigint,
  exponent: number,
): DecodedMeasurement | undefined {
  const { value } = attribute;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const named = target.obis === UNNAMED ? { code: scope.code(attribute.id) } : {};
  const said = { ...target, ...named, quantity: target.quantity ?? quantityName(target.obis) };
  if (typeof value === 'number' && !Number.isInteger(value)) {
    const ratio = decimalRatio(multiplier, divisor);
    return {
      ...said,
      value: scaleDecimal(value * Number(ratio?.factor ?? 1n), (ratio?.exponent ?? 0) + exponent),
    };
  }
  const { value: scaled, isExact } = scaleByRatio(BigInt(value), multiplier, divisor, exponent);
  if (!isExact) {
    scope.warn(
      'ZIGBEE_VALUE_ROUNDED',
      `${scope.code(attribute.id)} × ${multiplier} / ${divisor} has no end: it is rounded to 12 decimal places.`,
    );
  }
  const ratio = isExact ? decimalRatio(multiplier, divisor) : undefined;
  const scale = ratio?.factor === 1n ? { raw: value, scaler: ratio.exponent + exponent } : {};
  return { ...said, value: scaled, ...scale };
}

import { decimalString, type Exact } from './exact.ts';

/** A quantity that a bill rests on, as it entered the bill. */
export interface Determinant {
  /** `import`, `time-of-use:{period}`, `max-demand`, `billed-demand`, `power-factor-lagging`, `billing-days`, … */
  readonly code: string;
  /** A mean without an end as a decimal is shown with nine places; bills are calculated with the whole of it. */
  readonly quantity: string;
  /** kWh, m3, kW, d, or empty for a mere number. */
  readonly unit: string;
  /** The charge that it belongs to, where not every charge. */
  readonly of?: string;
  /** ISO 8601 instant at which a highest demand began. */
  readonly at?: string;
  /** Local dates, half-open; where absent, the whole period. */
  readonly from?: string;
  readonly to?: string;
}

const SHOWN_PLACES = 9;

/** Collects what a bill's charges have used; the same quantity once. */
export class Determinants {
  private readonly noted = new Map<string, Determinant>();

  note(
    code: string,
    quantity: Exact,
    unit: string,
    more: Omit<Determinant, 'code' | 'quantity' | 'unit'> = {},
  ): void {
    const key = more.of || more.from ? `${code} ${more.of} ${more.from}` : code;
    if (this.noted.has(key)) return;
    const shown = quantity.isDecimal() ? quantity : quantity.toDecimalPlaces(SHOWN_PLACES);
    this.noted.set(key, { code, quantity: decimalString(shown), unit, ...more });
  }

  all(): Determinant[] {
    return [...this.noted.values()];
  }
}

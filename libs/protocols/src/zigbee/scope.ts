import { hex4 } from '../hex.ts';
import type { DecodeWarning } from '../measurement.ts';
import type { ZclAttribute, ZclFrame } from './zcl-frame.ts';

/** Attributes read from the device before, by `cluster/attribute` in hexadecimal: `{ '0702/0302': 1000 }`. */
export type KnownAttributes = Readonly<Record<string, number>>;

/** The frame around an attribute: what it says together with others, and with what is known of the device. */
export class Scope {
  readonly cluster: number;
  readonly warnings: DecodeWarning[] = [];
  readonly #manufacturer: number | undefined;
  readonly #values: ReadonlyMap<number, ZclAttribute>;
  readonly #known: KnownAttributes;

  constructor(cluster: number, frame: ZclFrame, known: KnownAttributes = {}) {
    this.cluster = cluster;
    this.#manufacturer = frame.manufacturer;
    this.#values = new Map(frame.attributes.map((attribute) => [attribute.id, attribute]));
    this.#known = known;
  }

  /** The number that the frame gives an attribute, else what is known; undefined where nobody says. */
  number(id: number): number | undefined {
    const value = this.#values.get(id)?.value;
    return typeof value === 'number' ? value : this.#known[codeName(this.cluster, id)];
  }

  text(id: number): string | undefined {
    const value = this.#values.get(id)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  has(id: number): boolean {
    return this.#values.get(id)?.value !== undefined;
  }

  /** `zcl:0702/0000`, with `@115F` where the attribute is the manufacturer's. */
  code(id: number): string {
    const manufacturer = this.#manufacturer === undefined ? '' : `@${hex4(this.#manufacturer)}`;
    return `zcl:${codeName(this.cluster, id)}${manufacturer}`;
  }

  /** Once each: what is wrong with a scale is wrong for every attribute that needs it. */
  warn(code: string, message: string): void {
    if (!this.warnings.some((warning) => warning.code === code && warning.message === message))
      this.warnings.push({ code, message });
  }
}

const codeName = (cluster: number, id: number) => `${hex4(cluster)}/${hex4(id)}`;

/** HTML or SVG that may be written as it is: everything in it has been escaped. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** @param text is trusted: written by us, never taken from data */
  static trusted(text: string): Markup {
    return new Markup(text);
  }

  toString(): string {
    return this.text;
  }
}

export type MarkupValue = string | number | Markup | undefined | false | readonly MarkupValue[];

/**
 * A template of HTML or SVG whose values are escaped, for text and for quoted attributes alike; markup is taken as it is,
 * lists are joined, `undefined` and `false` leave nothing.
 */
export function markup(template: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const parts = template.map((part, index) => (index === 0 ? part : rendered(values[index - 1]) + part));
  return Markup.trusted(parts.join(''));
}

function rendered(value: MarkupValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(rendered).join('');
  return escaped(String(value));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, which neither XML 1.0 (section 2.2) nor a font knows, are left out. */
function escaped(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')
    .replace(/[&<>"']/g, (found) => ESCAPES[found]!);
}

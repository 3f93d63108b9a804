import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { unreadable } from '../unreadable.ts';

/** A small part of a document, whole: names without their prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly line: number;
}

/** What a reader is told of a document, in its order. */
export type XmlEvent =
  | { readonly kind: 'begin'; readonly name: string }
  | { readonly kind: 'element'; readonly element: XmlElement }
  | { readonly kind: 'end'; readonly name: string };

const DEEPEST = 32;
const MOST_NODES = 1000;
const LONGEST_TEXT = 10_000;
/** Of a tag, a comment or a text, in characters: what a parser must hold at once. */
const LONGEST_TOKEN = 1_000_000;

/**
 * The document as events, an array for each chunk. Elements named in `whole` come as one; of all others come their
 * beginning and their end. Memory is bounded whatever the document: no document type (so no entities), depth, length of a
 * token and size of an element are limited. Throws an {@link unreadable} upload.
 */
export async function* xmlEvents(
  chunks: AsyncIterable<Uint8Array>,
  whole: ReadonlySet<string>,
): AsyncGenerator<XmlEvent[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const builder = new EventBuilder(whole);
  try {
    for await (const chunk of chunks) {
      builder.write(decoded(() => decoder.decode(chunk, { stream: true })));
      yield builder.taken();
    }
    decoded(() => decoder.decode());
    builder.end();
  } catch (error) {
    yield builder.taken();
    throw error;
  }
  yield builder.taken();
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  readonly line: number;
  text: string;
}

class EventBuilder {
  readonly #parser = new SaxesParser();
  readonly #whole: ReadonlySet<string>;
  /** Elements under way within one that comes as a whole, outermost first. */
  readonly #open: OpenElement[] = [];
  #events: XmlEvent[] = [];
  #depth = 0;
  #nodes = 0;
  #lastToken = 0;

  constructor(whole: ReadonlySet<string>) {
    this.#whole = whole;
    const parser = this.#parser;
    parser.on('error', (error) => {
      throw unreadable(`The body is not well-formed XML (${error.message})`);
    });
    parser.on('doctype', () => this.#refuse('holds a document type declaration, which is not taken'));
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && !/^utf-?8$/i.test(encoding))
        this.#refuse(`is written in ${encoding}: send UTF-8`);
    });
    parser.on('opentag', (tag) => this.#opened(tag));
    parser.on('closetag', (tag) => this.#closed(localName(tag.name)));
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('comment', () => this.#token());
  }

  write(text: string): void {
    this.#parser.write(text);
    if (this.#parser.position - this.#lastToken > LONGEST_TOKEN)
      this.#refuse(`holds a tag, comment or text of more than ${LONGEST_TOKEN} characters`);
  }

  end(): void {
    this.#parser.close();
  }

  /** What was completed since the last time. */
  taken(): XmlEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #refuse(why: string): never {
    throw unreadable(`The body ${why} (line ${this.#parser.line})`);
  }

  #token(): void {
    this.#lastToken = this.#parser.position;
  }

  #opened(tag: SaxesTagPlain): void {
    this.#token();
    if (++this.#depth > DEEPEST) this.#refuse(`nests elements more than ${DEEPEST} deep`);
    const name = localName(tag.name);
    if (this.#open.length === 0 && !this.#whole.has(name)) {
      this.#events.push({ kind: 'begin', name });
      return;
    }
    if (this.#open.length === 0) this.#nodes = 0;
    if (++this.#nodes > MOST_NODES)
      this.#refuse(`holds more than ${MOST_NODES} elements in one ${this.#open[0]!.name}`);
    this.#open.push({ name, attributes: tag.attributes, children: [], text: '', line: this.#parser.line });
  }

  #closed(name: string): void {
    this.#token();
    this.#depth -= 1;
    const element = this.#open.pop();
    if (!element) {
      this.#events.push({ kind: 'end', name });
      return;
    }
    element.text = element.text.trim();
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#events.push({ kind: 'element', element });
  }

  #text(text: string): void {
    this.#token();
    const element = this.#open.at(-1);
    if (!element) return;
    element.text += text;
    if (element.text.length > LONGEST_TEXT)
      this.#refuse(`holds a text of more than ${LONGEST_TEXT} characters`);
  }
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw unreadable('The body is not UTF-8');
  }
}

/** The element that a path of names leads to. */
export function descendant(element: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  let found: XmlElement | undefined = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

/** The text of the element that a path of names leads to; undefined where there is none, or nothing in it. */
export const textOf = (element: XmlElement, ...path: readonly string[]): string | undefined =>
  descendant(element, ...path)?.text || undefined;

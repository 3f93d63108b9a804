import { DecodeError, isDecodeError } from '../decode-error.ts';
import type { DecodedPush } from '../measurement.ts';
import { isList, isObject, member, parseExactJson, type ExactJson } from './exact-json.ts';

/** Captures of people are longer than messages. */
const LONGEST_CAPTURE = 16 * 1024 * 1024;

/** A message as it was written down: what follows the topic is JSON (parsed) or a bare value. */
export interface WrittenMessage {
  readonly topic: string | undefined;
  readonly json: ExactJson | DecodeError;
  readonly text: string;
}

type Answer = DecodedPush | DecodeError | undefined;

/**
 * Messages in a file: lines of `topic payload`, as `mosquitto_sub -v` prints them, or of the payload alone; or one JSON
 * text, which is a payload, `{"topic", "payload"}`, or a list of them. Answers at least one item.
 */
export function decodeWritten(
  bytes: Uint8Array,
  options: { readonly nothing: DecodeError; decode(message: WrittenMessage): Answer },
): (DecodedPush | DecodeError)[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const whole = /^\s*[[{]/.test(text) ? parseExactJson(text.trim(), LONGEST_CAPTURE) : undefined;
  const results: (DecodedPush | DecodeError)[] = [];
  const add = (message: WrittenMessage, offset: number) => {
    const result = options.decode(message);
    if (isDecodeError(result))
      results.push(new DecodeError(result.code, result.message, offset + result.offset));
    else if (result) results.push(result);
  };
  if (whole !== undefined && !isDecodeError(whole)) {
    for (const item of isList(whole) ? whole : [whole]) add(messageOf(item), 0);
  } else {
    let offset = 0;
    for (const line of text.split('\n')) {
      if (line.trim() !== '') add(lineOf(line), offset);
      offset += Buffer.byteLength(line) + 1;
    }
  }
  return results.length > 0 ? results : [options.nothing];
}

function messageOf(item: ExactJson): WrittenMessage {
  const topic = isObject(item) ? member(item, 'topic') : undefined;
  const payload = isObject(item) ? member(item, 'payload') : undefined;
  if (typeof topic !== 'string' || payload === undefined) return { topic: undefined, json: item, text: '' };
  if (typeof payload !== 'string') return { topic, json: payload, text: '' };
  return { topic, json: parseExactJson(payload), text: payload };
}

function lineOf(line: string): WrittenMessage {
  const [, topic, payload = ''] = /^\s*([^\s{["]+(?=\s))?\s*(.*?)\s*$/s.exec(line)!;
  return { topic, json: parseExactJson(payload), text: payload };
}

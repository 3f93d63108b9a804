import { readingType, type ReadingType } from './reading-type.ts';

const SEPARATOR = ':';
const SUBMETER_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,62}[\p{L}\p{M}\p{N}])?$/u;

/**
 * How a channel is called at its usage point: by its reading type where it measures the supply itself
 * (`active-energy-import`), with the sub-meter's name behind it where it measures a part (`active-energy-import:refrigerator`).
 */
export function channelCode(readingTypeCode: string, submeter?: string): string {
  return submeter ? `${readingTypeCode}${SEPARATOR}${submeter}` : readingTypeCode;
}

/** What the channel's values mean; undefined where its code names no reading type. */
export function readingTypeOfChannel(channel: string): ReadingType | undefined {
  return readingType(split(channel)[0]);
}

/** The name of the part of the supply that the channel measures; undefined for the supply itself. */
export function submeterOfChannel(channel: string): string | undefined {
  return split(channel)[1];
}

/** Whether a sub-meter can be called so: 1 to 64 letters and digits of any script, and between them spaces, `.`, `_` and `-`. */
export function isSubmeterName(name: string): boolean {
  return SUBMETER_NAME.test(name) && name.normalize('NFC') === name;
}

function split(channel: string): [readingTypeCode: string, submeter?: string] {
  const at = channel.indexOf(SEPARATOR);
  return at < 0 ? [channel] : [channel.slice(0, at), channel.slice(at + 1)];
}

import { InvalidAppend, renderStreamName, type Append } from './event-store.ts';

const categoryForm = /^[a-z][a-z0-9-]{0,99}$/;
const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const longestId = 200;

/**
 * What every adapter asks of a call before it looks at any stream.
 *
 * @throws {InvalidAppend} every code but EVENT_ID_TAKEN
 */
export function checkAppends(appends: readonly Append[]): void {
  const streams = new Set<string>();
  const ids = new Set<string>();
  for (const { stream, events } of appends) {
    const name = renderStreamName(stream);
    if (!categoryForm.test(stream.category) || stream.id === '' || stream.id.length > longestId) {
      throw new InvalidAppend(
        'STREAM_NAME_INVALID',
        `Stream ${name}: a category is lower-case words with dashes, an id has 1 to ${longestId} characters.`,
      );
    }
    if (streams.has(name)) {
      throw new InvalidAppend(
        'STREAM_NAMED_TWICE',
        `Stream ${name} is named twice; give its events in one append.`,
      );
    }
    streams.add(name);
    if (events.length === 0) {
      throw new InvalidAppend('NO_EVENTS', `The append to stream ${name} has no events; leave it out.`);
    }
    for (const { id, type } of events) {
      if (!uuidForm.test(id)) {
        throw new InvalidAppend(
          'EVENT_ID_INVALID',
          `Event ${type} for stream ${name} has the id "${id}"; it must be a UUID.`,
        );
      }
      const canonical = id.toLowerCase();
      if (ids.has(canonical)) {
        throw new InvalidAppend(
          'EVENT_ID_TWICE',
          `Event id ${id} is used twice in one call; an id names one fact.`,
        );
      }
      ids.add(canonical);
    }
  }
}

/**
 * The MQTT topic of a NATS subject, as nats-server translates them: `.` stands between levels, `/` alone for an empty level, and
 * `//` for a dot within one (nats-server 2.10 and later).
 */
export const topicOfSubject = (subject: string): string =>
  subject.replace(/\/\/|\/\.|\/$|\./g, (part) => (part === '//' ? '.' : part === '/' ? '' : '/'));

/** The other way round, for topics without wildcards. */
export const subjectOfTopic = (topic: string): string =>
  topic
    .split('/')
    .map((level) => level.replaceAll('.', '//') || '/')
    .join('.');

/** The NATS subject of an MQTT topic filter, and of all that is below it where it ends with `#`: `a/#` is also `a`. */
export function subjectsOfFilter(filter: string): string[] {
  const subject = filter.replaceAll('/', '.').replaceAll('+', '*').replace(/#$/, '>');
  return filter.endsWith('/#') ? [subject.slice(0, -2), subject] : [subject];
}

const CLIENT = '{client}';
export const ANYBODY = '*';

/** Whose topic it is by a filter in which `{client}` stands for a name, `tele/{client}/#`; `*` where it names none. */
export function clientOfTopic(filter: string, topic: string): string | undefined {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  const isOpen = wanted.at(-1) === '#';
  if (isOpen ? levels.length < wanted.length : levels.length !== wanted.length) return undefined;
  const fits = wanted.every((want, i) => [CLIENT, '+', '#', levels[i]].includes(want));
  return fits ? (levels[wanted.indexOf(CLIENT)] ?? ANYBODY) : undefined;
}

export const filterOf = (filter: string, client: string): string => filter.replace(CLIENT, client);

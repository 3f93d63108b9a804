import { existsSync, mkdirSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { basename, dirname, relative } from 'node:path';

/** Who may log in over MQTT, and what passes between them and the services. */
export interface DeviceAccount {
  /** `users: [ … ]` in nats-server's configuration language; made empty where it does not exist, and read again when it changes. */
  readonly usersFile: string;
  /** Subjects of theirs that services see, below `prefix`. */
  readonly say: readonly string[];
  readonly prefix: string;
  /** Subjects of services that they see. */
  readonly hear: readonly string[];
}

const SERVICES = 'SERVICES';
const DEVICES = 'DEVICES';
/** A file that is written in several steps is read once. */
const SETTLED_AFTER_MS = 50;

// JSON strings are strings of nats-server's configuration language, too.
export const quoted = JSON.stringify;

/** The two accounts, as nats-server's configuration has them. */
export function accounts(
  serviceUsers: string,
  devices: DeviceAccount,
  configurationDirectory: string,
): string {
  const { usersFile, say, prefix, hear } = devices;
  ensureUsersFile(usersFile);
  const exported = (subjects: readonly string[], to: string) =>
    subjects.map((subject) => `{ stream: ${quoted(subject)}, accounts: [${to}] }`).join(', ');
  const imported = (subjects: readonly string[], from: string, more = '') =>
    subjects
      .map((subject) => `{ stream: { account: ${from}, subject: ${quoted(subject)} }${more} }`)
      .join(', ');
  return `accounts: {
  ${SERVICES}: {
    jetstream: enabled
    ${serviceUsers}
    exports: [ ${exported(hear, DEVICES)} ]
    imports: [ ${imported(say, DEVICES, `, prefix: ${quoted(prefix)}`)} ]
  }
  ${DEVICES}: {
    jetstream: enabled
    include ${quoted(relative(configurationDirectory, usersFile))}
    exports: [ ${exported(say, SERVICES)} ]
    imports: [ ${imported(hear, SERVICES)} ]
  }
}`;
}

/** Calls back when the file has changed, also where it is replaced by another. */
export function watchDeviceUsers(usersFile: string, changed: () => void): FSWatcher {
  ensureUsersFile(usersFile);
  let timer: NodeJS.Timeout | undefined;
  // A watch on the file itself would end with it.
  return watch(dirname(usersFile), { persistent: false }, (_event, name) => {
    if (name !== basename(usersFile)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLED_AFTER_MS).unref();
  });
}

function ensureUsersFile(usersFile: string): void {
  mkdirSync(dirname(usersFile), { recursive: true });
  if (!existsSync(usersFile)) writeFileSync(usersFile, 'users: []\n', { mode: 0o600 });
}

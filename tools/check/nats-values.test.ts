import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { DEVICES_SAY, saidByDevices, toldToDevices } from '@metermesh/contracts';
import { parse } from 'yaml';

interface Account {
  exports: { stream: string }[];
  imports: { stream: { account: string; subject: string }; prefix?: string }[];
}

const file = fileURLToPath(new URL('../../helm/platform/nats-values.yaml', import.meta.url));
const { accounts } = (parse(readFileSync(file, 'utf8')) as { config: { merge: { accounts: unknown } } })
  .config.merge;
const { SERVICES, DEVICES } = accounts as { SERVICES: Account; DEVICES: Account };

describe('the accounts of the NATS chart', () => {
  it('let through what devices say, below a prefix, and what they are told, as the embedded server does', () => {
    const exported = ({ exports }: Account) => exports.map(({ stream }) => stream);
    expect(exported(DEVICES)).toEqual(saidByDevices);
    expect(exported(SERVICES)).toEqual(toldToDevices);
    expect(SERVICES.imports).toEqual(
      saidByDevices.map((subject) => ({ stream: { account: 'DEVICES', subject }, prefix: DEVICES_SAY })),
    );
    expect(DEVICES.imports).toEqual(
      toldToDevices.map((subject) => ({ stream: { account: 'SERVICES', subject } })),
    );
  });
});

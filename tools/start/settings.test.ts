import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { freePorts } from '@metermesh/testing';
import { portsIn, readSettings, requireFreePorts } from './settings.ts';

describe('the settings of npm start', () => {
  it('are those of .env.example, with the same defaults', () => {
    const example = parseEnv(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));
    const { data: _data, ...defaults } = readSettings({});
    const shown = Object.fromEntries(
      Object.entries(example).map(([name, value]) => [name, value || undefined]),
    );
    const expected = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, String(value)]),
    );
    expect(shown).toEqual({
      ...Object.fromEntries(Object.keys(example).map((name) => [name, undefined])),
      ...expected,
    });
    expect(() => readSettings(example as NodeJS.ProcessEnv)).not.toThrow();
  });

  it('name every fault at once', () => {
    const read = () => readSettings({ GATEWAY_PORT: 'many', POSTGRES_URL: 'nowhere' });
    expect(read).toThrow(/GATEWAY_PORT/);
    expect(read).toThrow(/POSTGRES_URL/);
  });

  it('say which ports are taken, and what moves them', async () => {
    const names = portsIn(readSettings({}));
    const free = await freePorts(names.length);
    const moved = Object.fromEntries(names.map((name, index) => [name, String(free[index])]));
    const settings = readSettings(moved);
    await requireFreePorts(settings);
    const squatter = createServer().listen(settings.DLMS_PORT, settings.METERMESH_HOST);
    await new Promise((resolve) => squatter.once('listening', resolve));
    try {
      await expect(requireFreePorts(settings)).rejects.toThrow(
        `port ${settings.DLMS_PORT} is taken; move it with DLMS_PORT=<another port> npm start`,
      );
    } finally {
      squatter.close();
    }
  });

  it('leave out the ports of servers that are replaced', () => {
    const names = portsIn(
      readSettings({ POSTGRES_URL: 'postgres://localhost/postgres', NATS_URL: 'nats://localhost:4222' }),
    );
    expect(names).not.toEqual(expect.arrayContaining(['POSTGRES_PORT']));
    expect(names).not.toEqual(expect.arrayContaining(['NATS_PORT']));
  });
});

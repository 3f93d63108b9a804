import { Controller, Get, InternalServerErrorException, Logger, Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { currentCorrelation } from '@metermesh/messaging';
import { Logger as PinoLogger } from 'nestjs-pino';
import { boot } from './boot.ts';
import { loggingModule } from './logging.ts';
import { messagingLog } from './messaging-log.ts';

const written: string[] = [];

@Controller()
class Work {
  @Get('work')
  work(): never {
    new Logger('Work').log({ at: 'work' }, 'Working');
    throw new InternalServerErrorException();
  }
}

@Module({
  imports: [
    loggingModule('test', 'info', () => currentCorrelation()?.correlationId, {
      write: (line) => void written.push(line),
    }),
  ],
  controllers: [Work],
})
class TestModule {}

const start = () =>
  boot({
    name: 'test',
    environment: { HTTP_HOST: '127.0.0.1', HTTP_PORT: 0 },
    module: TestModule,
    microservice: false,
  });

/** What was logged while a request was answered. */
async function linesOf(path: string, headers: Record<string, string>): Promise<string[]> {
  const service = await start();
  written.length = 0;
  await fetch(`${service.url}${path}`, { headers });
  await service.close();
  return written;
}

describe('the log of what messaging reports', () => {
  it('has the words as message, and the details beside them', async () => {
    const service = await start();
    written.length = 0;
    messagingLog(service.app.get(PinoLogger)).warn({ subject: 'fact.x' }, 'A fact cannot be read');
    await service.close();
    expect(JSON.parse(written[0]!)).toMatchObject({ msg: 'A fact cannot be read', subject: 'fact.x' });
  });
});

describe('the log of a request', () => {
  it('carries the correlation id that came with it, in every line', async () => {
    const lines = await linesOf('/work', { 'x-correlation-id': 'case-17' });
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; correlationId?: string });
    expect(parsed.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['Working', 'request errored']));
    expect(new Set(parsed.map(({ correlationId }) => correlationId))).toEqual(new Set(['case-17']));
  });

  it('takes no correlation id that is none, and keeps what follows the path to itself', async () => {
    const lines = await linesOf('/work?query={customer(id:"C-4711"){name}}', {
      'x-correlation-id': 'x","level":"60',
    });
    expect(lines.join()).toContain('"path":"/work"');
    expect(lines.join()).not.toMatch(/C-4711|level\\":\\"60/);
  });
});

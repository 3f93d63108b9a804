import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type MeterInstalled, type MeterRemoved } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { DATABASE, handleOnce } from '@metermesh/service-kit';
import type pg from 'pg';
import { noteInstalled, noteRemoved } from '../adapters/installed-meters.table.ts';

/** Learns from device-registry which meter a control of a usage point goes to. */
@Controller()
export class MeterInstalledController {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  @OnFact('device-registry', 'meter-installed')
  async installed(@Payload() fact: Fact): Promise<void> {
    await handleOnce(this.pool, 'installed-meters', fact.id, (client) =>
      noteInstalled(client, decodeEvent<MeterInstalled>(fact)),
    );
  }

  @OnFact('device-registry', 'meter-removed')
  async removed(@Payload() fact: Fact): Promise<void> {
    await handleOnce(this.pool, 'installed-meters', fact.id, (client) =>
      noteRemoved(client, decodeEvent<MeterRemoved>(fact)),
    );
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { EndDeviceControlEvent } from '../domain/end-device-control.ts';

export interface SwitchRow {
  state: 'CONNECTED' | 'DISCONNECTED' | 'UNKNOWN';
  readAt: Date | null;
}

/** What is known of the switch at a usage point? */
@Injectable()
export class SupplySwitches {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async at(usagePointId: string): Promise<SwitchRow> {
    const { rows } = await this.pool.query<{
      connected: boolean | null;
      read_at: Date | null;
      certain: boolean;
    }>('SELECT connected, read_at, certain FROM supply_switch WHERE usage_point_id = $1', [usagePointId]);
    const [row] = rows;
    if (!row?.certain || row.connected === null) return { state: 'UNKNOWN', readAt: row?.read_at ?? null };
    return { state: row.connected ? 'CONNECTED' : 'DISCONNECTED', readAt: row.read_at };
  }
}

/** Only a position that was read back is certain; from the moment a command is sent it is not. */
export async function noteSwitch(
  client: pg.PoolClient,
  usagePointId: string,
  kind: 'REMOTE_DISCONNECT' | 'REMOTE_RECONNECT',
  event: EndDeviceControlEvent,
): Promise<void> {
  const note = (certain: boolean, connected: boolean | null, readAt: Date | null) =>
    client.query(
      `INSERT INTO supply_switch (usage_point_id, connected, read_at, certain) VALUES ($1, $2, $3, $4)
       ON CONFLICT (usage_point_id) DO UPDATE SET certain = EXCLUDED.certain,
         connected = coalesce(EXCLUDED.connected, supply_switch.connected),
         read_at = coalesce(EXCLUDED.read_at, supply_switch.read_at)`,
      [usagePointId, connected, readAt, certain],
    );
  switch (event.$typeName) {
    case 'metermesh.control.v1.EndDeviceControlSent':
      return void (await note(false, null, null));
    case 'metermesh.control.v1.EndDeviceControlConfirmed':
      return void (await note(true, event.outputConnected, timestampDate(event.readAt!)));
    case 'metermesh.control.v1.EndDeviceControlFailed':
      // The read-back itself is the failure: the switch is where it should no longer be.
      if (event.code === 'SWITCH_NOT_MOVED')
        await note(true, kind === 'REMOTE_DISCONNECT', timestampDate(event.failedAt!));
  }
}

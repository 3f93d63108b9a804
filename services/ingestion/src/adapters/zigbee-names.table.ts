import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';

/** Which device is behind a friendly name of a Zigbee2MQTT bridge? */
@Injectable()
export class ZigbeeNames {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** IEEE address as the bridge wrote it. */
  async addressOf(client: string, friendlyName: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ ieee_address: string }>({
      name: 'zigbee-name',
      text: 'SELECT ieee_address FROM zigbee_name WHERE client = $1 AND friendly_name = $2',
      values: [client, friendlyName],
    });
    return rows[0]?.ieee_address;
  }

  /** The bridge's own list: whom it does not name any more is forgotten. */
  async replace(client: string, addresses: ReadonlyMap<string, string>): Promise<void> {
    await this.pool.query(
      `WITH told AS (SELECT * FROM unnest($2::text[], $3::text[]) AS t (friendly_name, ieee_address)),
            gone AS (DELETE FROM zigbee_name WHERE client = $1 AND friendly_name <> ALL ($2))
       INSERT INTO zigbee_name (client, friendly_name, ieee_address) SELECT $1, * FROM told
       ON CONFLICT (client, friendly_name) DO UPDATE SET ieee_address = EXCLUDED.ieee_address`,
      [client, [...addresses.keys()], [...addresses.values()]],
    );
  }
}

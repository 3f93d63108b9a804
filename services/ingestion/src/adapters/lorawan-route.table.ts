import { Inject, Injectable } from '@nestjs/common';
import type { NetworkServer, NetworkServerMessage } from '@metermesh/protocols';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { ClientMessage } from '../head-end/mqtt/dialect.ts';

/** Where a device's network server listens for what is to be sent to it. */
export interface LorawanRoute {
  readonly address: string;
  /** Login of the network server. */
  readonly client: string;
  readonly network: NetworkServer;
  readonly applicationId: string;
  readonly deviceId: string;
  /** Whether the network server puts its name before its topics. */
  readonly isBelowName: boolean;
}

interface RouteRow {
  address: string;
  client: string;
  network: NetworkServer;
  application_id: string;
  device_id: string;
  is_below_name: boolean;
}

/** Through which network server is a device reached? Learned from what it sends. */
@Injectable()
export class LorawanRoutes {
  /** What is known here already, so that it is not written with every uplink. */
  private readonly known = new Map<string, string>();

  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async learn(
    said: NetworkServerMessage,
    { topic, client, context, receivedAt }: ClientMessage,
  ): Promise<void> {
    // Both write application and device into the same levels; the messages' own names lack The Things Stack's tenant.
    const [, applicationId = '', , deviceId = ''] = topic.split('/');
    const isBelowName = context['topic'] !== topic;
    const route = JSON.stringify([said.network, applicationId, deviceId, isBelowName, client.concentratorId]);
    const key = `${said.address} ${client.client}`;
    if (this.known.get(key) === route) return;
    await this.pool.query({
      name: 'learn-lorawan-route',
      text: `INSERT INTO lorawan_route AS known VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (address, client) DO UPDATE SET concentrator_id = EXCLUDED.concentrator_id, network = EXCLUDED.network,
               application_id = EXCLUDED.application_id, device_id = EXCLUDED.device_id,
               is_below_name = EXCLUDED.is_below_name, seen_at = EXCLUDED.seen_at
             WHERE known.seen_at <= EXCLUDED.seen_at`,
      values: [
        said.address,
        client.client,
        client.concentratorId ?? null,
        said.network,
        applicationId,
        deviceId,
        isBelowName,
        new Date(receivedAt),
      ],
    });
    if (this.known.size >= 100_000) this.known.clear();
    this.known.set(key, route);
  }

  /** Through the meter's own concentrator only: another that claims to have its device is not heard. */
  async to(addresses: readonly string[], concentratorId: string): Promise<LorawanRoute | undefined> {
    const { rows } = await this.pool.query<RouteRow>(
      `SELECT address, client, network, application_id, device_id, is_below_name FROM lorawan_route
       WHERE address = ANY ($1) AND concentrator_id = $2 ORDER BY seen_at DESC LIMIT 1`,
      [addresses, concentratorId],
    );
    const [row] = rows;
    return (
      row && {
        address: row.address,
        client: row.client,
        network: row.network,
        applicationId: row.application_id,
        deviceId: row.device_id,
        isBelowName: row.is_below_name,
      }
    );
  }
}

import type { MqttClient } from '../../adapters/mqtt-clients.table.ts';
import type { Dialect } from './dialect.ts';
import { filterOf, subjectsOfFilter } from './topic.ts';

/**
 * The users of the broker's devices, as nats-server's configuration has them: each with just the topics of its dialect and
 * name, and over MQTT only. Clients of dialects that are not known here are left out.
 */
export function mqttUsers(clients: readonly MqttClient[], dialects: readonly Dialect[]): string {
  const users = clients.flatMap((client) => {
    const dialect = dialects.find(({ name }) => name === client.dialect);
    return dialect ? [user(client, dialect)] : [];
  });
  return ['# Written by ingestion, which replaces it whole.', 'users: [', ...users, ']', ''].join('\n');
}

function user({ client, passwordHash, isFirst }: MqttClient, { says, hears, usual = [] }: Dialect): string {
  const common = isFirst ? usual : [];
  const subjects = (filters: readonly string[]) =>
    filters.flatMap((filter) => subjectsOfFilter(filterOf(filter, client)));
  const heard = hears.length === 0 ? [] : [...subjects([...hears, ...common]), MESSAGES_OF_QOS_1];
  // JSON strings are strings of nats-server's configuration language, too.
  const quoted = JSON.stringify;
  return (
    `  { user: ${quoted(client)}, password: ${quoted(passwordHash)}, allowed_connection_types: [MQTT], ` +
    `permissions: { publish: ${quoted(subjects([...says, ...common]))}, ` +
    `subscribe: ${heard.length === 0 ? '{ deny: [">"] }' : quoted(heard)} } }`
  );
}

/** Where nats-server delivers to subscriptions of QoS 1, each below a name that it makes; nobody can subscribe to it over MQTT. */
const MESSAGES_OF_QOS_1 = '$MQTT.sub.>';

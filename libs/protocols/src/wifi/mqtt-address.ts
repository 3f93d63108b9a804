/** How a client of the broker is written as a device's address; `undefined` where its name has other characters. */
export function mqttAddress(client: string | undefined): string | undefined {
  return client !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(client) ? `mqtt:${client}` : undefined;
}

/** What a broker hands on: codecs of dialects that speak in topics (Tasmota, Shelly, Zigbee2MQTT, ChirpStack …) read it. */
export interface MqttMessage {
  /** With slashes, as the client published it: `tele/plug1/SENSOR`. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When it arrived, milliseconds since 1970; for dialects whose messages carry no time of their own. */
  readonly receivedAt?: number;
}

import { scaleDecimal } from '../decimal.ts';
import type { MqttMessage } from '../mqtt-message.ts';

/** What a plug or a meter clamp knows; energies in Wh, powers in W. */
export interface EnergyState {
  /** Name of the broker's client. */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly importedWattHours: number;
  readonly exportedWattHours?: number;
  readonly power: number;
  readonly voltage: number;
  readonly current: number;
}

/** Conditions of the room that a sensor on the same device reports: °C, %, ppm. */
export interface RoomState {
  readonly temperature?: number;
  readonly humidity?: number;
  readonly co2?: number;
}

/** `tele/<client>/SENSOR`, with the offset in `Time` (SetOption52), and a section SCD40 where there is a room sensor. */
export function encodeTasmotaSensor(state: EnergyState, room?: RoomState): MqttMessage {
  const { client, sentAt, importedWattHours, exportedWattHours, power, voltage, current } = state;
  const kilowattHours = (wattHours: number) => Number(scaleDecimal(wattHours, -3));
  const payload = {
    Time: `${new Date(sentAt).toISOString().slice(0, 19)}+00:00`,
    ENERGY: {
      Total: kilowattHours(importedWattHours),
      ExportActive: exportedWattHours === undefined ? undefined : kilowattHours(exportedWattHours),
      Power: power,
      Voltage: voltage,
      Current: current,
    },
    SCD40: room && { CarbonDioxide: room.co2, Temperature: room.temperature, Humidity: room.humidity },
    TempUnit: room && 'C',
  };
  return { topic: `tele/${client}/SENSOR`, payload: Buffer.from(JSON.stringify(payload)) };
}

/** `<client>/events/rpc` with the switch of a plug. */
export function encodeShellyNotifyStatus(state: EnergyState, room?: RoomState): MqttMessage {
  const { client, sentAt, importedWattHours, exportedWattHours, power, voltage, current } = state;
  const payload = {
    src: client,
    dst: `${client}/events`,
    method: 'NotifyStatus',
    params: {
      ts: sentAt / 1000,
      'switch:0': {
        id: 0,
        output: true,
        apower: power,
        voltage,
        current,
        aenergy: { total: importedWattHours },
        ret_aenergy: exportedWattHours === undefined ? undefined : { total: exportedWattHours },
      },
      'temperature:100': room?.temperature === undefined ? undefined : { id: 100, tC: room.temperature },
      'humidity:100': room?.humidity === undefined ? undefined : { id: 100, rh: room.humidity },
    },
  };
  return { topic: `${client}/events/rpc`, payload: Buffer.from(JSON.stringify(payload)) };
}

import { DlmsMeter } from '../dlms-meter.ts';
import { supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { keyOf, systemTitleOf } from './identity.ts';

/** Port 1 is the management logical device of whatever answers; others follow it. */
const FIRST_PORT = 17;

/** A DLMS meter on its own connection, or on that of its concentrator. It tells the intervals that it captured. */
export function dlmsDevice(settings: DeviceSettings, supplied: Supplied): SimulatedDevice {
  const { serialNumber, number, everySeconds, phaseSeconds, gateway, clockAhead } = settings;
  const { supply, readingType } = supplied;
  const identity = {
    systemTitle: systemTitleOf(settings),
    encryptionKey: keyOf(settings, 'encryption'),
    authenticationKey: keyOf(settings, 'authentication'),
  };
  const meter = new DlmsMeter({
    serialNumber,
    readingType,
    systemTitle: Buffer.from(identity.systemTitle, 'hex'),
    encryptionKey: Buffer.from(identity.encryptionKey, 'hex'),
    authenticationKey: Buffer.from(identity.authenticationKey, 'hex'),
    supply,
  });
  const length = supply.settings.intervalSeconds * 1000;
  return {
    meters: [supplyMeter(settings, supplied, identity)],
    everySeconds,
    phaseSeconds,
    gateway,
    tell(from, to) {
      // By its own clock, right or wrong.
      const [shownFrom, shownTo] = [from + clockAhead, to + clockAhead];
      const starts = [...supply.intervalStarts(shownFrom - (shownFrom % length), shownTo)];
      const rows = starts.map((start) => {
        const began = start - clockAhead;
        return {
          start,
          values: [clockAhead === 0 ? supply.use(start) : supply.flowed(began, began + length)],
        };
      });
      return {
        via: 'dlms',
        line: gateway ?? serialNumber,
        port: FIRST_PORT + number,
        push: meter.pushRows(rows, shownTo, to),
      };
    },
  };
}

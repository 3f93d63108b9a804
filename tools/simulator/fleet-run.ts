import { deliveries, deliveriesAt, type Delivery } from './deliveries.ts';
import type { Faults } from './faults.ts';
import type { Answer, Carrier } from './carriers/carriers.ts';
import type { Message, SimulatedDevice } from './networks/device.ts';

/** How many messages each network carried, and what became of them. */
export type Tally = Map<Message['via'], Record<Answer, number>>;

export interface FleetRun {
  readonly devices: readonly SimulatedDevice[];
  readonly faults: Faults;
  readonly carrier: Carrier;
  /** When everything was installed, milliseconds since 1970. */
  readonly since: number;
  readonly tally: Tally;
}

/** All devices send at once what they would have sent from the installation until then, each its own in order. */
export async function sendHistory(run: FleetRun, until: number): Promise<void> {
  await Promise.all(
    run.devices.map((device) => {
      const [{ serialNumber }] = device.meters;
      return deliver(run, device, deliveries(run.faults, serialNumber, 0, turnsUntil(run, device, until)));
    }),
  );
}

/** Lets devices send as time goes by, from where their history ended. Resolves when it was aborted. */
export async function sendLive(run: FleetRun, from: number, signal: AbortSignal): Promise<void> {
  await Promise.all(
    run.devices.map(async (device) => {
      const [{ serialNumber }] = device.meters;
      const first = turnsUntil(run, device, from);
      const sent = new Map<number, Message>();
      for (let turn = first; !signal.aborted; turn++) {
        await untilThen(timeOfTurn(run, device, turn), signal);
        if (signal.aborted) return;
        const wanted = deliveriesAt(run.faults, serialNumber, first, turn);
        // What cannot be delivered in time is lost, as on real networks: the next one comes.
        await deliver(run, device, wanted, sent).catch(() => {});
      }
    }),
  );
}

/** When a device sends for the nth time, counted from 0. */
const timeOfTurn = (
  { since }: Pick<FleetRun, 'since'>,
  { everySeconds, phaseSeconds }: SimulatedDevice,
  turn: number,
) => since + (phaseSeconds + turn * everySeconds) * 1000;

/** How often it has sent by then. */
export function turnsUntil(
  { since }: Pick<FleetRun, 'since'>,
  { everySeconds, phaseSeconds }: SimulatedDevice,
  until: number,
): number {
  return Math.max(0, Math.floor((until - since - phaseSeconds * 1000) / (everySeconds * 1000)) + 1);
}

/** @param sent what may have to be sent again, by the number of the transmission */
async function deliver(
  { faults, carrier, tally, since }: FleetRun,
  device: SimulatedDevice,
  wanted: readonly Delivery[],
  sent: Map<number, Message> = new Map(),
): Promise<void> {
  const [{ serialNumber }] = device.meters;
  for (const { number, isRepeat } of wanted) {
    const at = timeOfTurn({ since }, device, number);
    // A repeat is the same, octet for octet; everything else is made when it is sent.
    const message = isRepeat
      ? sent.get(number)!
      : device.tell(Math.max(since, at - device.everySeconds * 1000), at);
    if (faults.ofTransmission(serialNumber, number)) sent.set(number, message);
    const answer = await carrier.send(message);
    const counts = tally.get(message.via) ?? { accepted: 0, sent: 0, refused: 0 };
    counts[answer]++;
    tally.set(message.via, counts);
  }
}

function untilThen(at: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, Math.max(0, at - Date.now()));
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

import { Carriers, type HeadEndAddresses } from '../simulator/carriers/carriers.ts';
import { Faults, noFaults } from '../simulator/faults.ts';
import { sendLive, type FleetRun } from '../simulator/fleet-run.ts';
import type { SimulatedDevice } from '../simulator/networks/device.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIVE_EVERY_SECONDS = 60;

/** Devices of all networks that speak to a mesh, without faults. */
export class LiveNetworks {
  private readonly run: FleetRun;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private until: number;

  /**
   * @param passwords of the broker's clients, by name
   * @param toldUntil until when all that happened has been told, milliseconds since 1970
   */
  constructor(
    devices: readonly SimulatedDevice[],
    headEnd: HeadEndAddresses,
    passwords: ReadonlyMap<string, string>,
    toldUntil: number,
  ) {
    const carrier = new Carriers(headEnd, passwords);
    this.run = { devices, carrier, faults: new Faults('', noFaults), since: toldUntil, tally: new Map() };
    this.until = toldUntil;
  }

  /** Until when all that happened has been told: what may be under way is told again. */
  get toldUntil(): number {
    return this.until;
  }

  /** What happened since it was last told: once a day, and hourly of the last day. */
  async tellPast(): Promise<void> {
    const { devices, carrier } = this.run;
    const [from, until] = [this.until, Date.now()];
    const instants = pastInstants(from, until);
    await Promise.all(
      devices.map(async (device) => {
        let told = from;
        for (const at of instants) {
          await carrier.send(device.tell(told, at));
          told = at;
        }
      }),
    );
    this.until = until;
  }

  /** Lets them send as time goes by, until they are stopped. */
  start(): void {
    const { devices } = this.run;
    const paced = devices.map((each) => ({ ...each, everySeconds: LIVE_EVERY_SECONDS, phaseSeconds: 0 }));
    const run = { ...this.run, devices: paced, since: this.until };
    this.running = sendLive(run, this.until, this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.run.carrier.close();
    this.remember();
  }

  /** What has been sent for two rounds has been told. */
  remember(): void {
    this.until = Math.max(this.until, Date.now() - 2 * LIVE_EVERY_SECONDS * 1000);
  }
}

/** Days after the first instant, hours of the last day, and the second instant. */
function pastInstants(from: number, until: number): number[] {
  const lastDay = until - (until % HOUR_MS) - DAY_MS;
  const instants: number[] = [];
  for (let at = from + DAY_MS; at < lastDay; at += DAY_MS) instants.push(at);
  for (let at = lastDay; at < until; at += HOUR_MS) if (at > from) instants.push(at);
  return [...instants, until];
}

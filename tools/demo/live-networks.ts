import { Carriers, type HeadEndAddresses } from '../simulator/carriers/carriers.ts';
import { Faults, noFaults } from '../simulator/faults.ts';
import { sendHistory, sendLive, type FleetRun } from '../simulator/fleet-run.ts';
import type { SimulatedDevice } from '../simulator/networks/device.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
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
    const lastDay = from + Math.max(0, Math.floor((until - from) / (DAY * 1000)) - 1) * DAY * 1000;
    await sendHistory(this.paced(from, DAY), lastDay);
    await sendHistory(this.paced(lastDay, HOUR), until);
    const lastHour = until - ((until - lastDay) % (HOUR * 1000));
    await Promise.all(devices.map((device) => carrier.send(device.tell(lastHour, until))));
    this.until = until;
  }

  /** Lets them send as time goes by, until they are stopped. */
  start(): void {
    this.running = sendLive(this.paced(this.until, LIVE_EVERY_SECONDS), this.until, this.stopping.signal);
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

  private paced(since: number, everySeconds: number): FleetRun {
    const devices = this.run.devices.map((device) => ({ ...device, everySeconds, phaseSeconds: 0 }));
    return { ...this.run, since, devices };
  }
}

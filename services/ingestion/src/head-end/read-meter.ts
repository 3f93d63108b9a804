import { Injectable, Logger } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { readingType } from '@metermesh/metering';
import { isDecodeError } from '@metermesh/protocols';
import { timeZoneOf, type KnownMeter } from '../domain/known-meter.ts';
import { RecordReadings } from '../record-readings.ts';
import type { Outcome, Submission } from '../submission.ts';
import { readDlmsFrame } from './decode-dlms-frame.ts';
import { NoAnswer } from './dlms-exchange.ts';
import { MeterAccesses, type CallableMeter } from './meter-accesses.ts';
import { callMeter, unreachable, unreadable } from './meter-call.ts';
import { meterReadout } from './meter-readout.ts';

export const DLMS_READ = 'dlms-read';

export interface MeterReading {
  readonly serialNumber: string;
  /** Intervals and events in [from, to), milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const LONGEST_DAYS = 100;
const DAY_MS = 86_400_000;

/** Calls a meter, reads what it has, and records that as if the meter had sent it. */
@Injectable()
export class ReadMeter {
  private readonly logger = new Logger(ReadMeter.name);

  constructor(
    private readonly accesses: MeterAccesses,
    private readonly recordReadings: RecordReadings,
  ) {}

  /**
   * Refuses with READ_RANGE_INVALID, UNKNOWN_METER, METER_NOT_REACHABLE_BY_ADDRESS, METER_UNREACHABLE,
   * ASSOCIATION_REFUSED, ANOTHER_METER_ANSWERS, METER_ANSWER_UNREADABLE, or for what readings of meters are refused.
   */
  async read(reading: MeterReading): Promise<Outcome> {
    const { serialNumber, from, to } = reading;
    if (!(from < to && to - from <= LONGEST_DAYS * DAY_MS)) return rangeInvalid;
    const callable = await this.accesses.of(serialNumber);
    if (isRefusal(callable)) return callable;
    const apdu = await this.call(callable, reading);
    const outcome = isRefusal(apdu)
      ? apdu
      : await this.recordReadings.record(submissionOf(callable.meter, apdu));
    this.logger.log(
      {
        serialNumber,
        from: new Date(from),
        to: new Date(to),
        outcome: isRefusal(outcome) ? outcome.code : outcome.status,
      },
      'Meter read',
    );
    return outcome;
  }

  private async call(
    { meter, access }: CallableMeter,
    { serialNumber, from, to }: MeterReading,
  ): Promise<Uint8Array | Refusal> {
    const request = {
      serialNumber,
      from,
      to,
      registers: registersOf(meter),
      timeZone: timeZoneOf(meter),
      isProven: access.address.security === 'high-gmac',
    };
    try {
      const read = await callMeter(access, (association, hold) => hold(meterReadout(association, request)));
      return isDecodeError(read) ? unreadable(read.message) : read;
    } catch (error) {
      if (error instanceof NoAnswer) return unreachable(access.address, error.message);
      throw error;
    }
  }
}

const registersOf = ({ channels }: KnownMeter): string[] => [
  ...new Set(channels.flatMap((channel) => readingType(channel.readingType)?.registerObis ?? [])),
];

/** What is refused of it is not kept aside: the meter still has it, and whoever asked is told. */
const submissionOf = ({ serialNumber }: KnownMeter, apdu: Uint8Array): Submission => ({
  source: DLMS_READ,
  receivedAt: Date.now(),
  payload: apdu,
  isLive: true,
  isToldRepeats: true,
  isKeptAside: false,
  sender: { serialNumbers: [serialNumber] },
  open: (meter) => readDlmsFrame(apdu, meter),
});

const rangeInvalid = refuse(
  'READ_RANGE_INVALID',
  `Ask for [from, to) with from before to, and at most ${LONGEST_DAYS} days.`,
);

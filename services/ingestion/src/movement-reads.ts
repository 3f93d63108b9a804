import type { RegisterValue } from '@metermesh/contracts';
import { scaleDecimal, type DecodedMeasurement } from '@metermesh/protocols';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { Submission } from './submission.ts';
import type { WayIn } from './way-in.ts';

/** Registers as somebody read them who installed the meter, or took it down. */
const METER_MOVEMENT = 'meter-movement';

interface MovementReads {
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly readAt: string;
  readonly registers: readonly Pick<DecodedMeasurement, 'obis' | 'value' | 'unit'>[];
}

/** What was read when a meter was installed or removed, as readings of it: an exchange is where two meters' registers meet. */
export function movementReads(
  serialNumber: string,
  movedAt: Timestamp,
  registers: readonly RegisterValue[],
  receivedAt: number,
): Submission | undefined {
  if (registers.length === 0) return undefined;
  return submissionOf(
    {
      serialNumber,
      readAt: timestampDate(movedAt).toISOString(),
      registers: registers.map(({ obis, value, scaler, unit }) => ({
        obis,
        value: scaleDecimal(value, scaler),
        unit: unit || undefined,
      })),
    },
    receivedAt,
  );
}

export const readAtMovements: WayIn = {
  source: METER_MOVEMENT,
  isText: true,
  submissionsOf: ({ payload, receivedAt }) => [
    submissionOf(JSON.parse(Buffer.from(payload).toString('utf8')) as MovementReads, receivedAt),
  ],
};

function submissionOf(reads: MovementReads, receivedAt: number): Submission {
  const { serialNumber, readAt, registers } = reads;
  return {
    source: METER_MOVEMENT,
    receivedAt,
    payload: Buffer.from(JSON.stringify(reads)),
    isToldRepeats: true,
    sender: { serialNumbers: [serialNumber] },
    open: () => ({
      device: { serialNumber },
      time: readAt,
      measurements: registers,
      loadProfiles: [],
      events: [],
      warnings: [],
    }),
  };
}

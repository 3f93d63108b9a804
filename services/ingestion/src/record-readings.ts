import { Inject, Injectable, Logger } from '@nestjs/common';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { RegisterReadSchema, type RegisterRead } from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { DecodedPush } from '@metermesh/protocols';
import { ENVIRONMENT } from '@metermesh/service-kit';
import { KnownMeters } from './adapters/known-meters.table.ts';
import { MeterClocks } from './adapters/meter-clock.table.ts';
import { Quarantine } from './adapters/quarantine.table.ts';
import { ReadingLog, type Entry } from './adapters/reading-log.ts';
import { clockReading } from './domain/clock-reading.ts';
import type { KnownMeter } from './domain/known-meter.ts';
import { isMissingYet } from './domain/missing-yet.ts';
import type { NewRecord } from './domain/new-record.ts';
import { recordsOfPush, type RecordsOfPush } from './domain/records-of-push.ts';
import { RegisterPace } from './domain/register-pace.ts';
import { senderName, senderNames } from './domain/sender.ts';
import type { Environment } from './environment.ts';
import { GroupCommit } from './group-commit.ts';
import {
  acknowledgement,
  framesQuarantined,
  framesReceived,
  framesRecorded,
  framesTurnedAway,
  groupSize,
} from './metrics.ts';
import type { Outcome, Submission } from './submission.ts';

const LARGEST_GROUP = 256;

/**
 * The one way in which anything becomes a reading: find the meter, decode, resolve, append, and only then answer.
 * Submissions that come together share one transaction; what cannot become a reading is kept in quarantine.
 */
@Injectable()
export class RecordReadings {
  private readonly logger = new Logger(RecordReadings.name);
  private readonly futureTolerance: number;
  private readonly pace: RegisterPace;
  private readonly group = new GroupCommit<Submission, Outcome>(
    LARGEST_GROUP,
    (submissions) => this.recordGroup(submissions),
    // Of a meter that counts its invocations what was left behind could not be taken later.
    ({ sender }) => (isRefusal(sender) ? undefined : senderName(sender)),
  );
  private tryAgain: ((deviceNames: readonly string[]) => void) | undefined;

  constructor(
    private readonly meters: KnownMeters,
    private readonly log: ReadingLog,
    private readonly quarantine: Quarantine,
    private readonly clocks: MeterClocks,
    @Inject(ENVIRONMENT) { FUTURE_TOLERANCE_MINUTES, REGISTER_READ_SECONDS }: Environment,
  ) {
    this.futureTolerance = FUTURE_TOLERANCE_MINUTES * 60_000;
    this.pace = new RegisterPace(REGISTER_READ_SECONDS);
  }

  /**
   * Answers once it is known for good: recorded (committed), repeated, or refused (kept in quarantine). Rejects where
   * neither could be written down: then nobody may be acknowledged.
   */
  async record(submission: Submission): Promise<Outcome> {
    framesReceived.inc({ source: submission.source });
    const stop = acknowledgement.startTimer();
    try {
      return await this.group.add(submission);
    } finally {
      stop();
    }
  }

  /**
   * Calls back with names of devices whose frames were put into quarantine just while what they lacked became known:
   * whoever told of it has looked through quarantine already, and nobody else would.
   */
  whenKnownMeanwhile(tryAgain: (deviceNames: readonly string[]) => void): void {
    this.tryAgain = tryAgain;
  }

  /** Resolves when nothing is under way any more. */
  drained(): Promise<void> {
    return this.group.drained();
  }

  private async recordGroup(submissions: readonly Submission[]): Promise<readonly Outcome[]> {
    groupSize.observe(submissions.length);
    const entries = await this.prepare(submissions);
    const outcomes = await this.keepAside(submissions, await this.append(entries));
    for (const [i, outcome] of outcomes.entries()) {
      if (!isRefusal(outcome))
        framesRecorded.inc({ source: submissions[i]!.source, outcome: outcome.status });
    }
    return outcomes;
  }

  private async append(entries: readonly (Entry | Refusal)[]): Promise<readonly Outcome[]> {
    try {
      return await this.log.append(entries);
    } catch (error) {
      for (const entry of entries) {
        if (isRefusal(entry)) continue;
        for (const { event } of entry.records)
          if (isRegisterRead(event)) this.pace.forget(paceKey(entry.serialNumber, event));
      }
      throw error;
    }
  }

  private async prepare(submissions: readonly Submission[]): Promise<(Entry | Refusal)[]> {
    const senders = submissions.flatMap(({ sender }) => (isRefusal(sender) ? [] : [sender]));
    const meterOf = await this.meters.ofSenders(senders);
    return submissions.map((submission) => {
      const { sender } = submission;
      if (isRefusal(sender)) return sender;
      const meter = meterOf(sender);
      if (!meter) return unknownMeter(senderName(sender));
      try {
        return this.open(submission, meter);
      } catch (error) {
        // One frame that no code foresaw must not keep the others from their commit.
        this.logger.error({ err: error, serialNumber: meter.serialNumber }, 'A submission could not be read');
        return refuse(
          'INTERNAL',
          'Reading this failed unexpectedly; the log says why. Replay it once that is mended.',
        );
      }
    });
  }

  private open(submission: Submission, meter: KnownMeter): Entry | Refusal {
    const push: DecodedPush | Refusal = submission.open(meter);
    if (isRefusal(push)) return push;
    const { source, receivedAt, payload, isCounted = true, isToldRepeats = false } = submission;
    // Also where the readings are refused: a clock that is far ahead is just why.
    const clock = submission.isLive && isCounted ? clockReading(push, receivedAt) : undefined;
    if (clock) this.clocks.observe(meter.serialNumber, clock);
    const resolved = recordsOfPush(push, meter, {
      source,
      receivedAt,
      payload,
      futureTolerance: this.futureTolerance,
    });
    if (isRefusal(resolved)) return resolved;
    const { serialNumber, keys } = meter;
    const isAnswered = push.confirmed || isToldRepeats || !isCounted;
    const { records, leftAside } = isAnswered ? resolved : this.atPace(resolved, serialNumber);
    return { serialNumber, keyVersion: keys?.version, push, isCounted, isToldRepeats, records, leftAside };
  }

  /** Without the registers that this meter repeats faster than is recorded. */
  private atPace({ records, leftAside }: RecordsOfPush, serialNumber: string): RecordsOfPush {
    const admitted = records.filter(
      ({ event }) =>
        !isRegisterRead(event) || this.pace.admits(paceKey(serialNumber, event), timestampMs(event.readAt!)),
    );
    return { records: admitted, leftAside };
  }

  private async keepAside(
    submissions: readonly Submission[],
    outcomes: readonly Outcome[],
  ): Promise<readonly Outcome[]> {
    const refused = outcomes.flatMap((outcome, i) => {
      const submission = submissions[i]!;
      const refusal = isRefusal(outcome) ? outcome : outcome.leftAside[0];
      return refusal && submission.isKeptAside !== false ? [{ submission, refusal }] : [];
    });
    if (await this.quarantine.keep(refused)) {
      for (const { submission, refusal } of refused)
        framesQuarantined.inc({ source: submission.source, code: refusal.code });
      await this.lookAgain(refused.filter(({ refusal }) => isMissingYet(refusal.code)));
      return outcomes;
    }
    for (const { submission } of refused) framesTurnedAway.inc({ source: submission.source });
    // A frame of which a part is neither recorded nor kept must not be confirmed either.
    return outcomes.map((outcome) => (isRefusal(outcome) ? outcome : (outcome.leftAside[0] ?? outcome)));
  }

  private async lookAgain(kept: readonly Kept[]): Promise<void> {
    if (kept.length === 0) return;
    const entries = await this.prepare(kept.map(({ submission }) => ({ ...submission, isCounted: false })));
    const names = kept.flatMap(({ submission: { sender }, refusal }, i) => {
      const entry = entries[i]!;
      const now = isRefusal(entry) ? entry : entry.leftAside[0];
      return isRefusal(sender) || now?.code === refusal.code ? [] : senderNames(sender);
    });
    if (names.length > 0) this.tryAgain?.(names);
  }
}

const isRegisterRead = (event: NewRecord['event']): event is RegisterRead =>
  event.$typeName === RegisterReadSchema.typeName;

const paceKey = (serialNumber: string, { registers }: RegisterRead) =>
  `${serialNumber} ${registers.map(({ obis }) => obis).join()}`;

interface Kept {
  readonly submission: Submission;
  readonly refusal: Refusal;
}

function unknownMeter(name: string | undefined): Refusal {
  return refuse(
    'UNKNOWN_METER',
    `No meter ${name} is registered: register and install it in the device registry, then replay this.`,
  );
}

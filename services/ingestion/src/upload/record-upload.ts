import { Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { RecordReadings } from '../record-readings.ts';
import type { Outcome } from '../submission.ts';
import type { AnswerSheet, RowAnswer } from './upload-answer.ts';
import { submissionOf } from './row-submission.ts';
import { joined, recordOf, uploadBlocks, valuesOf } from './upload-blocks.ts';
import { UnreadableUpload } from './unreadable.ts';
import type { SourcedRow } from './xml/xml-rows.ts';

/** Blocks under way at once: enough to share transactions, few enough not to crowd out the meters. */
const AT_ONCE = 64;
/** Values under way at once: what an upload holds in memory, however long it is. */
const VALUES_AT_ONCE = 20_000;

/** Refusals for what all rows of a block share: their meter, their channel, their unit. */
const OF_EVERY_ROW: ReadonlySet<string> = new Set([
  'UNKNOWN_METER',
  'UNKNOWN_CHANNEL',
  'UNIT_MISMATCH',
  'INTERVAL_UNSUITABLE',
]);

/** Records an upload row by row, as far as each can be, and reads on only when what it has read is written down. */
@Injectable()
export class RecordUpload {
  constructor(private readonly recordReadings: RecordReadings) {}

  async record(
    rows: AsyncIterable<SourcedRow> | Iterable<SourcedRow>,
    receivedAt: number,
    sheet: AnswerSheet,
  ): Promise<void> {
    let batch: SourcedRow[][] = [];
    let values = 0;
    const write = async () => {
      const answers = await Promise.all(batch.map((block) => this.recordBlock(block, receivedAt)));
      for (const answer of answers.flat()) sheet.add(answer);
      batch = [];
      values = 0;
    };
    try {
      for await (const block of uploadBlocks(rows)) {
        batch.push(block);
        for (const row of block) values += valuesOf(row);
        if (batch.length >= AT_ONCE || values >= VALUES_AT_ONCE) await write();
      }
    } catch (error) {
      if (error instanceof UnreadableUpload) await write();
      throw error;
    }
    await write();
  }

  private async recordBlock(block: SourcedRow[], receivedAt: number): Promise<RowAnswer[]> {
    const whole = joined(block);
    if (whole) {
      const submission = submissionOf(whole, recordOf(whole), block[0]!.source, receivedAt);
      const outcome = await this.recordReadings.record({ ...submission, isKeptAside: false });
      const refusal = refusalOf(outcome);
      // Nothing that a row says would change that: one entry of quarantine for all of them.
      if (refusal && OF_EVERY_ROW.has(refusal.code)) await this.recordReadings.record(submission);
      if (!refusal || OF_EVERY_ROW.has(refusal.code)) return block.map(({ line }) => answerOf(line, outcome));
    }
    // Alone, or something is wrong with one of them: each for itself, so that the good ones get through.
    return Promise.all(
      block.map(async ({ line, row, record, source }) =>
        answerOf(line, await this.recordReadings.record(submissionOf(row, record, source, receivedAt))),
      ),
    );
  }
}

const refusalOf = (outcome: Outcome) => (isRefusal(outcome) ? outcome : outcome.leftAside[0]);

function answerOf(line: number, outcome: Outcome): RowAnswer {
  const refusal = refusalOf(outcome);
  if (refusal) return { line, status: 'refused', code: refusal.code, message: refusal.message };
  return {
    line,
    status: (outcome as Exclude<Outcome, { code: string }>).status === 'recorded' ? 'accepted' : 'repeated',
  };
}

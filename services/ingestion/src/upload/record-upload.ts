import { Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { RecordReadings } from '../record-readings.ts';
import type { Outcome } from '../submission.ts';
import { submissionOf } from './row-submission.ts';
import { joined, uploadBlocks } from './upload-blocks.ts';
import type { LocatedRow, UploadBody } from './upload-body.ts';

export interface RowAnswer {
  line: number;
  status: 'accepted' | 'repeated' | 'refused';
  code?: string;
  message?: string;
}

export interface UploadAnswer {
  accepted: number;
  repeated: number;
  refused: number;
  rows: RowAnswer[];
}

/** Blocks under way at once: enough to share transactions, few enough not to crowd out the meters. */
const AT_ONCE = 64;

/** Records an upload row by row, as far as each can be, and answers for every one. */
@Injectable()
export class RecordUpload {
  constructor(private readonly recordReadings: RecordReadings) {}

  async record({ source, rows }: UploadBody, receivedAt: number): Promise<UploadAnswer> {
    const blocks = uploadBlocks(rows);
    const answers: RowAnswer[] = [];
    for (let i = 0; i < blocks.length; i += AT_ONCE) {
      const answered = blocks
        .slice(i, i + AT_ONCE)
        .map((block) => this.recordBlock(block, source, receivedAt));
      answers.push(...(await Promise.all(answered)).flat());
    }
    const count = (status: RowAnswer['status']) =>
      answers.filter((answer) => answer.status === status).length;
    return {
      accepted: count('accepted'),
      repeated: count('repeated'),
      refused: count('refused'),
      rows: answers,
    };
  }

  private async recordBlock(
    block: LocatedRow[],
    source: UploadBody['source'],
    receivedAt: number,
  ): Promise<RowAnswer[]> {
    const whole = joined(block);
    if (whole) {
      const submission = submissionOf(whole, JSON.stringify(whole), source, receivedAt);
      const outcome = await this.recordReadings.record({ ...submission, isKeptAside: false });
      if (!isRefusal(outcome) && outcome.leftAside.length === 0)
        return block.map(({ line }) => answerOf(line, outcome));
    }
    // Alone, or something is wrong with one of them: each for itself, so that the good ones get through.
    return Promise.all(
      block.map(async ({ line, row, text }) =>
        answerOf(line, await this.recordReadings.record(submissionOf(row, text, source, receivedAt))),
      ),
    );
  }
}

function answerOf(line: number, outcome: Outcome): RowAnswer {
  const refusal = isRefusal(outcome) ? outcome : outcome.leftAside[0];
  if (refusal) return { line, status: 'refused', code: refusal.code, message: refusal.message };
  return {
    line,
    status: (outcome as Exclude<Outcome, { code: string }>).status === 'recorded' ? 'accepted' : 'repeated',
  };
}

import { Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import { isDecodeError, type FrameSplitter, type ProtocolCodec } from '@metermesh/protocols';
import { senderName } from '../../domain/sender.ts';
import { RecordReadings } from '../../record-readings.ts';
import type { Outcome, Submission } from '../../submission.ts';
import { frameFragment, HTTP_FRAME, senderNamed } from './frame-sources.ts';
import { FrameSubmissions } from './frame-submissions.ts';

/** What became of what a frame says of one device. */
export interface FrameAnswer {
  /** Place in the upload, counted from 1. */
  frame: number;
  device?: string;
  status: 'accepted' | 'repeated' | 'refused';
  code?: string;
  message?: string;
}

export interface FrameUpload {
  readonly codec: ProtocolCodec;
  readonly splitter: FrameSplitter | undefined;
  readonly body: Uint8Array;
  /** Of what device all its frames are, where they do not say. */
  readonly device?: string;
  readonly receivedAt: number;
}

export interface UploadedFrames {
  accepted: number;
  repeated: number;
  refused: number;
  frames: FrameAnswer[];
}

/** Frames under way at once: enough to share transactions, few enough not to crowd out the meters. */
const AT_ONCE = 64;

/** Records an upload frame by frame, as far as each can be, and answers for every device that one speaks for. */
@Injectable()
export class RecordFrames {
  constructor(
    private readonly frames: FrameSubmissions,
    private readonly recordReadings: RecordReadings,
  ) {}

  async record(upload: FrameUpload): Promise<UploadedFrames> {
    const { splitter, body } = upload;
    const found = splitter ? [...splitter.push(body), ...splitter.end()] : [body];
    const answers: FrameAnswer[] = [];
    for (let i = 0; i < found.length; i += AT_ONCE) {
      const answered = found.slice(i, i + AT_ONCE).map(async (octets, j) => {
        const submissions = await this.submissionsOf(upload, octets);
        return Promise.all(submissions.map((submission) => this.answer(i + j + 1, submission)));
      });
      answers.push(...(await Promise.all(answered)).flat());
    }
    const count = (status: FrameAnswer['status']) => answers.filter((each) => each.status === status).length;
    return {
      accepted: count('accepted'),
      repeated: count('repeated'),
      refused: count('refused'),
      frames: answers,
    };
  }

  private submissionsOf(
    { codec, device, receivedAt, body }: FrameUpload,
    octets: ReturnType<FrameSplitter['end']>[number],
  ): Submission[] | Promise<Submission[]> {
    const context = { protocol: codec.protocol, ...(device !== undefined && { device }) };
    if (isDecodeError(octets)) return [frameFragment(body, receivedAt, context, octets)];
    return this.frames.of({
      source: HTTP_FRAME,
      codec,
      octets,
      receivedAt,
      context,
      named: senderNamed(device),
    });
  }

  private async answer(frame: number, submission: Submission): Promise<FrameAnswer> {
    const outcome = await this.recordReadings.record({ ...submission, isToldRepeats: true });
    const device = isRefusal(submission.sender) ? undefined : senderName(submission.sender);
    return { frame, device, ...statusOf(outcome) };
  }
}

function statusOf(outcome: Outcome): Pick<FrameAnswer, 'status' | 'code' | 'message'> {
  if (isRefusal(outcome)) return { status: 'refused', code: outcome.code, message: outcome.message };
  const [left] = outcome.leftAside;
  if (left) return { status: 'refused', code: left.code, message: left.message };
  return { status: outcome.status === 'recorded' ? 'accepted' : 'repeated' };
}

import { Controller, Param, Post, Query, Req, Res } from '@nestjs/common';
import { isRefusal, refuse } from '@metermesh/decider';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Request, type Response } from 'express';
import { answerRefusal, guardUploads } from '../../upload/upload-access.ts';
import { codecNamed } from './frame-sources.ts';
import { textSplitter } from './frame-splitters.ts';
import { RecordFrames } from './record-frames.ts';

const PATH = '/frames';
/** Octets: what quarantine keeps whole. */
const LONGEST_CAPTURE = 65_536;

/** `POST /frames/:protocol`: frames as meters send them; every one is answered. README.md documents the forms. */
@Controller()
export class FramesController {
  constructor(private readonly recordFrames: RecordFrames) {}

  @Post(`${PATH}/:protocol`)
  async upload(
    @Param('protocol') protocol: string,
    @Query('device') device: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const codec = codecNamed(protocol);
    if (isRefusal(codec)) return answerRefusal(response, 404, codec);
    const type = request.header('content-type')?.split(';')[0]!.trim().toLowerCase() || '(none)';
    if (type !== 'application/octet-stream' && type !== 'text/plain')
      return answerRefusal(response, 415, unsupported(type));
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (type !== 'text/plain' && body.length > LONGEST_CAPTURE) return answerRefusal(response, 413, tooLong);
    const answer = await this.recordFrames.record({
      codec,
      splitter: type === 'text/plain' ? textSplitter(codec) : undefined,
      body,
      device: typeof device === 'string' ? device : undefined,
      receivedAt: Date.now(),
    });
    response.status(200).json(answer);
  }
}

/** Without this no frames are taken over HTTP. */
export function takeFrames(app: NestExpressApplication, maximumBytes: number): void {
  guardUploads(app, PATH, maximumBytes, express.raw({ type: () => true, limit: maximumBytes }));
}

const unsupported = (type: string) =>
  refuse(
    'UPLOAD_TYPE_UNSUPPORTED',
    `Content type ${type} is not taken here: send application/octet-stream, or text/plain with a frame a line in hexadecimal.`,
  );

const tooLong = refuse(
  'UPLOAD_TOO_LARGE',
  `A capture has at most ${LONGEST_CAPTURE} octets: send several, or text/plain with a frame a line. Nothing was taken.`,
);

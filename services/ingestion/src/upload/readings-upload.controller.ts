import { Controller, Post, Req, Res } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Request, type Response } from 'express';
import { RecordUpload } from './record-upload.ts';
import { answerRefusal, guardUploads } from './upload-access.ts';
import { readUploadBody } from './upload-body.ts';

const PATH = '/readings';

/** `POST /readings`: readings in bulk, as JSON or CSV; every row is answered. README.md documents both forms. */
@Controller()
export class ReadingsUploadController {
  constructor(private readonly recordUpload: RecordUpload) {}

  @Post(PATH)
  async upload(@Req() request: Request, @Res() response: Response): Promise<void> {
    const body = await readUploadBody(
      request.header('content-type') ?? '',
      typeof request.body === 'string' ? request.body : '',
    );
    if (isRefusal(body))
      return answerRefusal(response, body.code === 'UPLOAD_TYPE_UNSUPPORTED' ? 415 : 400, body);
    response.status(200).json(await this.recordUpload.record(body, Date.now()));
  }
}

/** Reads bodies of uploads as text, whatever they call themselves. Without this no upload is taken. */
export function takeUploads(app: NestExpressApplication, maximumBytes: number): void {
  guardUploads(app, PATH, maximumBytes, express.text({ type: () => true, limit: maximumBytes }));
}

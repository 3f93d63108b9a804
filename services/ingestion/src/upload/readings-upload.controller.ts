import { Controller, Post, Req, Res } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Request, type Response } from 'express';
import { csvRows } from './csv-rows.ts';
import { jsonRows } from './json-rows.ts';
import type { LocatedRow } from './located-row.ts';
import { RecordUpload } from './record-upload.ts';
import { HTTP_CSV, HTTP_JSON, type UploadSource } from './row-submission.ts';
import { UnreadableUpload } from './unreadable.ts';
import { answerRefusal, guardUploads } from './upload-access.ts';
import { AnswerSheet } from './upload-answer.ts';
import { metersAt, xmlRows, type SourcedRow } from './xml/xml-rows.ts';

const PATH = '/readings';
const JSON_TYPE = 'application/json';

/** `POST /readings`: readings in bulk, as JSON, CSV, IEC 61968-9 or Green Button. README.md documents the forms. */
@Controller()
export class ReadingsUploadController {
  constructor(private readonly recordUpload: RecordUpload) {}

  @Post(PATH)
  async upload(@Req() request: Request, @Res() response: Response): Promise<void> {
    const receivedAt = Date.now();
    if (typeOf(request) === JSON_TYPE) {
      const rows = jsonRows(typeof request.body === 'string' ? request.body : '');
      if (isRefusal(rows)) return answerRefusal(response, 400, rows);
      const sheet = AnswerSheet.ofEveryRow();
      await this.recordUpload.record(from(HTTP_JSON, rows), receivedAt, sheet);
      response.status(200).json(sheet.answer());
      return;
    }
    const rows = streamedRows(request);
    if (isRefusal(rows)) return answerRefusal(response, 415, rows);
    const sheet = AnswerSheet.ofRefusals();
    try {
      await this.recordUpload.record(rows, receivedAt, sheet);
    } catch (error) {
      if (!(error instanceof UnreadableUpload)) throw error;
      // Who still sends would not listen to an answer before all is read.
      request.resume();
      response.status(400).json(sheet.answer(error.refusal));
      return;
    }
    response.status(200).json(sheet.answer());
  }
}

const typeOf = (request: Request) =>
  (request.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();

/** Rows of a file of any length, read as they come: by content type, and XML by its first element. */
function streamedRows(request: Request): AsyncIterable<SourcedRow> | Refusal {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  switch (typeOf(request)) {
    case 'text/csv':
      return streamed(HTTP_CSV, csvRows(chunks));
    case 'application/xml':
    case 'text/xml':
    case 'application/atom+xml':
      return xmlRows(chunks, metersAt(new URL(request.url, 'http://upload').searchParams));
  }
  return refuse(
    'UPLOAD_TYPE_UNSUPPORTED',
    `Content type ${typeOf(request) || '(none)'} is not taken here: send application/json, text/csv, application/xml or application/atom+xml.`,
  );
}

async function* streamed(source: UploadSource, rows: AsyncIterable<LocatedRow>): AsyncGenerator<SourcedRow> {
  for await (const row of rows) yield { ...row, source };
}

const from = (source: UploadSource, rows: readonly LocatedRow[]): SourcedRow[] =>
  rows.map((row) => ({ ...row, source }));

/** Reads bodies in JSON as text and leaves files to be read as they come. Without this no upload is taken. */
export function takeUploads(app: NestExpressApplication, maximumBytes: number): void {
  guardUploads(app, PATH, maximumBytes, express.text({ type: JSON_TYPE, limit: maximumBytes }));
  // A file takes as long as its readings take to be written; senders without the token got their answer before.
  (app.getHttpServer() as { requestTimeout: number }).requestTimeout = 0;
}

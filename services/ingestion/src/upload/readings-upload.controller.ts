import { timingSafeEqual, createHash } from 'node:crypto';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  CLAIMS_HEADER,
  CLAIMS_VERIFIER,
  ENVIRONMENT,
  requireRole,
  type VerifyClaims,
} from '@metermesh/service-kit';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Environment } from '../environment.ts';
import { RecordUpload } from './record-upload.ts';
import { readUploadBody } from './upload-body.ts';

const PATH = '/readings';

/** `POST /readings`: readings in bulk, as JSON or CSV; every row is answered. README.md documents both forms. */
@Controller()
export class ReadingsUploadController {
  constructor(
    private readonly recordUpload: RecordUpload,
    @Inject(CLAIMS_VERIFIER) private readonly verifyClaims: VerifyClaims,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  @Post(PATH)
  async upload(@Req() request: Request, @Res() response: Response): Promise<void> {
    const body = await readUploadBody(
      request.header('content-type') ?? '',
      typeof request.body === 'string' ? request.body : '',
    );
    if (isRefusal(body)) return answer(response, body.code === 'UPLOAD_TYPE_UNSUPPORTED' ? 415 : 400, body);
    response.status(200).json(await this.recordUpload.record(body, Date.now()));
  }

  /** The bearer token of those who upload past the gateway, or an operator's claims signed by the gateway. */
  async authorise(request: Request): Promise<Refusal | undefined> {
    const { UPLOAD_TOKEN } = this.environment;
    const bearer = /^Bearer (.+)$/i.exec(request.header('authorization') ?? '')?.[1];
    if (bearer !== undefined) {
      if (UPLOAD_TOKEN && equalInConstantTime(bearer, UPLOAD_TOKEN)) return undefined;
      return refuse(
        'TOKEN_INVALID',
        'The bearer token is not the upload token of this installation (UPLOAD_TOKEN).',
      );
    }
    const claims = await this.verifyClaims(request.header(CLAIMS_HEADER));
    return isRefusal(claims) ? claims : requireRole(claims, 'operator');
  }
}

/**
 * Reads bodies of uploads as text, whatever they call themselves. Who may not upload is refused before anything is read, and
 * so is what is too long. Without this no upload is taken.
 */
export function takeUploads(app: NestExpressApplication, maximumBytes: number): void {
  app.use(PATH, (request: Request, response: Response, next: NextFunction) => {
    const admit = (refused: Refusal | undefined) =>
      refused ? answer(response, refused.code === 'FORBIDDEN' ? 403 : 401, refused) : next();
    app.get(ReadingsUploadController).authorise(request).then(admit, next);
  });
  app.use(PATH, express.text({ type: () => true, limit: maximumBytes }));
  app.use(
    PATH,
    (
      error: { status?: number; type?: string },
      _request: Request,
      response: Response,
      next: NextFunction,
    ) => {
      if (error.type !== 'entity.too.large') return next(error);
      answer(
        response,
        413,
        refuse(
          'UPLOAD_TOO_LARGE',
          `An upload holds at most ${maximumBytes} bytes: send several. Nothing was taken.`,
        ),
      );
    },
  );
}

function answer(response: Response, status: number, { code, message }: Refusal): void {
  response.status(status).json({ error: { code, message } });
}

function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

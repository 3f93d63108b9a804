import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  CLAIMS_HEADER,
  CLAIMS_VERIFIER,
  ENVIRONMENT,
  requireRole,
  type VerifyClaims,
} from '@metermesh/service-kit';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Environment } from '../environment.ts';

/** Who may upload: the bearer of the upload token, who comes past the gateway, or an operator by claims signed there. */
@Injectable()
export class UploadAccess {
  constructor(
    @Inject(CLAIMS_VERIFIER) private readonly verifyClaims: VerifyClaims,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  async refused(request: Request): Promise<Refusal | undefined> {
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
 * Refuses who may not upload at `path` before anything is read, then reads the body, and refuses what is longer than
 * `maximumBytes`.
 */
export function guardUploads(
  app: NestExpressApplication,
  path: string,
  maximumBytes: number,
  readBody: RequestHandler,
): void {
  app.use(path, (request: Request, response: Response, next: NextFunction) => {
    const admit = (refused: Refusal | undefined) => {
      if (!refused) return next();
      answerRefusal(response, refused.code === 'FORBIDDEN' ? 403 : 401, refused);
      letGo(request);
    };
    app.get(UploadAccess).refused(request).then(admit, next);
  });
  app.use(path, readBody);
  app.use(path, (error: HttpError, request: Request, response: Response, next: NextFunction) => {
    const { type, status = 500, message } = error;
    if (status >= 500) return next(error);
    const refusal =
      type === 'entity.too.large'
        ? refuse(
            'UPLOAD_TOO_LARGE',
            `An upload holds at most ${maximumBytes} bytes: send several. Nothing was taken.`,
          )
        : refuse('UPLOAD_UNREADABLE', `The body cannot be read (${message}): nothing was taken.`);
    answerRefusal(response, status, refusal);
    letGo(request);
  });
}

/** What body parsers fail with. */
interface HttpError extends Error {
  readonly type?: string;
  readonly status?: number;
}

/** Who was refused may send what is left of the body, so that the answer arrives, but not hold the connection with it. */
function letGo(request: Request): void {
  const late = setTimeout(() => request.socket.destroy(), LETS_GO_AFTER_MS).unref();
  request.once('close', () => clearTimeout(late));
}

const LETS_GO_AFTER_MS = 2_000;

export function answerRefusal(response: Response, status: number, { code, message }: Refusal): void {
  response.status(status).json({ error: { code, message } });
}

function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

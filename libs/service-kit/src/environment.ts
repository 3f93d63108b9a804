import { z } from 'zod';

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

export const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);

/** A JWK or JWK set, given as JSON text. */
export const jsonObject = json.pipe(z.record(z.string(), z.unknown()));

/** What every process of the mesh reads. */
export const processEnvironment = {
  /** What helps developers and would tell strangers too much is there in development only. */
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: z.string().default('127.0.0.1'),
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
};

/** What every subgraph service reads. */
export const serviceEnvironment = (httpPort: number) => ({
  ...processEnvironment,
  HTTP_PORT: port(httpPort),
  DATABASE_URL: z.url(),
  EVENT_STORE: z.enum(['postgres', 'kurrentdb']).default('postgres'),
  KURRENTDB_URL: z.string().optional(),
  /** Public keys of the gateway's signed claims, a JWK set. */
  GATEWAY_JWKS: jsonObject,
});

export type ServiceEnvironment = z.infer<z.ZodObject<ReturnType<typeof serviceEnvironment>>>;

export class EnvironmentError extends Error {
  constructor(faults: readonly string[]) {
    super(`The environment does not fit:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

/** Parses the environment once; throws one {@link EnvironmentError} that names every fault. */
export function parseEnvironment<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  source: NodeJS.ProcessEnv = process.env,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<Shape>>;
  throw new EnvironmentError(
    parsed.error.issues.map(({ path, message }) => {
      const name = path.map(String).join('.');
      return source[name] === undefined ? `${name} is not set` : `${name}: ${message}`;
    }),
  );
}

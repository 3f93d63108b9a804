import { Global, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { refuse } from '@metermesh/decider';
import {
  CLAIMS_VERIFIER,
  claimsVerifier,
  isStaff,
  RefusedError,
  subgraphModule,
  type Claims,
  type SubgraphContext,
} from '@metermesh/service-kit';
import type { JSONWebKeySet } from 'jose';

/** What the last request to a subgraph carried. */
export const seen: { claims?: Claims; headers: Record<string, string | string[] | undefined> } = {
  headers: {},
};

/** Readings that ingestion can answer by now. */
export const recorded = new Map<string, { usagePointId: string }>();

type WithRequest = SubgraphContext & { req: { headers: typeof seen.headers } };

function mayUse(claims: Claims, usagePointId: string): void {
  if (isStaff(claims) || claims.customerId === `customer-of-${usagePointId}`) return;
  throw new RefusedError(
    refuse('FORBIDDEN', `Usage point ${usagePointId} is not among those of the one who asks.`),
  );
}

@Resolver('UsagePoint')
class RegistryUsagePoints {
  @Query()
  usagePoint(@Args('id') id: string, @Context() { claims, req }: WithRequest) {
    seen.claims = claims;
    seen.headers = req.headers;
    if (id === 'unheard-of') return null;
    if (id === 'broken') throw new Error('password of the database: hunter2');
    mayUse(claims, id);
    return { id };
  }

  @Query()
  usagePoints(@Args('first') first: number) {
    return {
      nodes: Array.from({ length: first }, (_, n) => ({ id: `U${n}` })),
      edges: [],
      pageInfo: { hasNextPage: false },
    };
  }

  @ResolveReference()
  reference({ id }: { id: string }) {
    return { id };
  }

  @ResolveField()
  address(@Parent() { id }: { id: string }) {
    return `${id} Street`;
  }

  @ResolveField()
  timeZone() {
    return 'Asia/Seoul';
  }
}

@Resolver('Reading')
class IngestionReadings {
  @Query()
  reading(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    seen.claims = claims;
    const found = recorded.get(id);
    if (!found) return null;
    mayUse(claims, found.usagePointId);
    return { id, source: 'dlms-push', usagePoint: { id: found.usagePointId } };
  }
}

@Resolver('Bill')
class BillingBills {
  @Query()
  bill(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    seen.claims = claims;
    if (id === 'unheard-of') return null;
    mayUse(claims, id.replace('BILL-', ''));
    return { id };
  }

  @ResolveField()
  document(
    @Parent() { id }: { id: string },
    @Args('format') format: string,
    @Args('language') language: string,
  ) {
    const text = format === 'HTML' ? `<html lang="${language.toLowerCase()}">` : null;
    return {
      mediaType: text ? 'text/html; charset=utf-8' : 'application/pdf',
      fileName: `${id}-${language.toLowerCase()}.${format.toLowerCase()}`,
      text,
      base64: Buffer.from(text ?? '%PDF-1.7 요금').toString('base64'),
    };
  }
}

@Global()
@Module({})
class TrustedKeys {
  static of(keys: JSONWebKeySet): DynamicModule {
    const provider = { provide: CLAIMS_VERIFIER, useValue: claimsVerifier(keys) };
    return { module: TrustedKeys, providers: [provider], exports: [provider] };
  }
}

const resolvers = {
  'device-registry': [RegistryUsagePoints],
  ingestion: [IngestionReadings],
  billing: [BillingBills],
};
export type Subgraph = keyof typeof resolvers;

/** A real subgraph of a service's own schema, with few resolvers, on a free port. */
export async function startSubgraph(
  name: Subgraph,
  keys: JSONWebKeySet,
): Promise<{ url: string; stop(): Promise<void> }> {
  const schema = new URL(`../../services/${name}/schema.graphql`, import.meta.url);
  const app = await NestFactory.create<NestExpressApplication>(
    {
      module: TrustedKeys,
      imports: [TrustedKeys.of(keys), subgraphModule(schema)],
      providers: resolvers[name],
    },
    { logger: false, abortOnError: false },
  );
  await app.listen(0, '127.0.0.1');
  return { url: `http://127.0.0.1:${portOf(app)}/graphql`, stop: () => app.close() };
}

export function portOf(app: NestExpressApplication): number {
  return (app.getHttpServer().address() as { port: number }).port;
}

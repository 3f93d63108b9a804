import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { encodeEvent, factSubject, LoadProfileRecordedSchema } from '@metermesh/contracts';
import { ensureStreams, writeFact } from '@metermesh/messaging';
import { boot, generateClaimsKey, publicClaimsKeys, type Running } from '@metermesh/service-kit';
import { freePorts, startNats, type TestNats } from '@metermesh/testing';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
// The issuer of the embedded default is the real thing that this gateway talks to.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { startOidcIssuer, type OidcIssuer, type TokenRequest } from '../../tools/oidc-issuer.ts';
import { environment } from '../src/environment.ts';
import { GatewayModule } from '../src/gateway.module.ts';
import { recorded, startSubgraph, type Subgraph } from './subgraphs.ts';

export interface Answer {
  status: number;
  headers: Headers;
  data?: Record<string, never> | null;
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
}

/** A gateway before real subgraphs, a real nats-server and a real issuer; services that are not named cannot be asked. */
export class Mesh {
  url!: string;
  registryUrl!: string;
  oidc!: OidcIssuer;
  private gateway!: Running;
  private nats!: TestNats;
  private connection!: NatsConnection;
  private subgraphs: { stop(): Promise<void> }[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'metermesh-gateway-'));
  private readonly services: readonly Subgraph[];

  constructor(services: readonly Subgraph[] = ['device-registry', 'ingestion']) {
    this.services = services;
  }

  async start(settings: Record<string, string> = {}): Promise<this> {
    const signingKey = await generateClaimsKey();
    const keys = publicClaimsKeys(signingKey);
    this.nats = await startNats();
    this.connection = await connect({ servers: this.nats.url });
    await ensureStreams(this.connection);
    this.oidc = await startOidcIssuer({ port: 0, host: '127.0.0.1', dataDirectory: this.folder });
    const started = await Promise.all(
      this.services.map(async (name) => [name, await startSubgraph(name, keys)] as const),
    );
    this.subgraphs = started.map(([, subgraph]) => subgraph);
    const urls = new Map(started.map(([name, { url }]) => [name, url]));
    this.registryUrl = urls.get('device-registry') ?? '';
    const [nobody] = await freePorts(1);
    const absent = `http://127.0.0.1:${nobody}/graphql`;
    const parsed = environment({
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      HTTP_PORT: '0',
      NATS_URL: this.nats.url,
      GATEWAY_SIGNING_KEY: JSON.stringify(signingKey),
      OIDC_ISSUER: this.oidc.issuer,
      SUBGRAPH_DEVICE_REGISTRY_URL: urls.get('device-registry') ?? absent,
      SUBGRAPH_INGESTION_URL: urls.get('ingestion') ?? absent,
      SUBGRAPH_BILLING_URL: urls.get('billing') ?? absent,
      SUBGRAPH_CONTROL_URL: absent,
      SUBGRAPH_CUSTOMER_CARE_URL: absent,
      ...settings,
    });
    this.gateway = await boot({
      name: 'gateway',
      environment: parsed,
      module: GatewayModule.with(parsed),
      microservice: false,
    });
    this.url = this.gateway.url;
    return this;
  }

  async stop(): Promise<void> {
    await this.gateway?.close();
    await this.connection?.close();
    await this.stopSubgraphs();
    await this.oidc?.stop();
    await this.nats?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async stopSubgraphs(): Promise<void> {
    await Promise.all(this.subgraphs.splice(0).map((subgraph) => subgraph.stop()));
  }

  /** A bearer token as `Authorization` wants it. */
  async bearer(request: Partial<TokenRequest> = {}): Promise<string> {
    return `Bearer ${await this.oidc.issueToken({ subject: 'user-1', roles: ['operator'], ...request })}`;
  }

  customerOf(usagePointId: string, request: Partial<TokenRequest> = {}): Promise<string> {
    return this.bearer({ roles: ['customer'], customerId: `customer-of-${usagePointId}`, ...request });
  }

  async query(query: string, headers: Record<string, string> = {}, variables: object = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  }

  /** Records a reading as ingestion does: it can be asked for, and NATS tells of it. */
  async record(id: string, usagePointId: string, answerableAfterMs = 0): Promise<void> {
    setTimeout(() => recorded.set(id, { usagePointId }), answerableAfterMs);
    await this.tell(id, { usagePointId, serialNumber: 'M1', source: 'dlms-push' });
  }

  private async tell(id: string, event: MessageInitShape<typeof LoadProfileRecordedSchema>): Promise<void> {
    const { type, data } = encodeEvent(create(LoadProfileRecordedSchema, event));
    const subject = factSubject('ingestion', type, `meter-readings-M1-${id}`);
    const message = writeFact({
      id,
      type,
      data,
      subject,
      service: 'ingestion',
      position: '1',
      correlationId: `of-${id}`,
    });
    await jetstream(this.connection).publish(subject, message.data, { headers: message.headers, msgID: id });
  }
}

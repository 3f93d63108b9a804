import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@metermesh/testing';
import { graphqlClient, type Query } from '../tools/demo/graphql-client.ts';
import { forget, startMesh, type Mesh, type ServiceName } from '../tools/start/mesh.ts';
import { portsIn, portOf, readSettings, type Settings } from '../tools/start/settings.ts';

type Role = 'customer' | 'partner' | 'operator' | 'supervisor';

/** The whole mesh on free ports, with a data directory of its own: real processes, real servers. */
export class RunningMesh {
  readonly settings: Settings;
  private current: Mesh;

  private constructor(settings: Settings, mesh: Mesh) {
    this.settings = settings;
    this.current = mesh;
  }

  static async start(): Promise<RunningMesh> {
    const names = portsIn(readSettings({}));
    const ports = await freePorts(names.length);
    const settings = readSettings({
      ...Object.fromEntries(names.map((name, index) => [name, String(ports[index])])),
      METERMESH_DATA: mkdtempSync(join(tmpdir(), 'metermesh-test-')),
      METERMESH_LOG_LEVEL: 'warn',
    });
    const running = new RunningMesh(settings, await startMesh(settings));
    try {
      await running.mesh.ready();
      return running;
    } catch (error) {
      await running.end();
      throw error;
    }
  }

  get mesh(): Mesh {
    return this.current;
  }

  get headEnd() {
    return { host: this.settings.METERMESH_HOST, port: this.settings.DLMS_PORT };
  }

  get natsUrl(): string {
    const { METERMESH_HOST, NATS_PORT } = this.settings;
    return `nats://metermesh:${this.current.secrets.natsPassword}@${METERMESH_HOST}:${NATS_PORT}`;
  }

  url(name: ServiceName | 'gateway', path: string): string {
    return `http://${this.settings.METERMESH_HOST}:${this.settings[portOf(name)]}${path}`;
  }

  token(role: Role, subject: string = role, customerId?: string): Promise<string> {
    return this.current.oidc!.issueToken({ subject, roles: [role], customerId });
  }

  async as(role: Role, subject?: string, customerId?: string): Promise<Query> {
    return graphqlClient(this.current.endpoint, await this.token(role, subject, customerId));
  }

  /** SIGKILL, as when the machine's memory runs out; the supervisor starts it again. */
  kill(name: ServiceName | 'gateway'): void {
    process.kill(this.current.processes.get(name)!.pid!, 'SIGKILL');
  }

  /** Stops everything and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.current.stop();
    this.current = await startMesh(this.settings);
    await this.current.ready();
  }

  async end(): Promise<void> {
    await this.current.stop();
    await forget(this.settings);
    rmSync(this.settings.data, { recursive: true, force: true });
  }
}

import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DEVICES_SAY } from '@metermesh/contracts';
import { refuse } from '@metermesh/decider';
import { WorkQueue, type WorkMessage } from '@metermesh/messaging';
import { Health, messagingLog, NATS } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from 'nestjs-pino';
import { InTurn } from '../../in-turn.ts';
import { RecordReadings } from '../../record-readings.ts';
import { ReleaseQuarantined } from '../../release-quarantined.ts';
import { MQTT, MqttSubmissions, type ReadMessage } from './mqtt-submissions.ts';
import { topicOfSubject } from './topic.ts';

const HEAD_END = 'HEAD_END';
const WAITS_DAYS = 14;
/** Messages under way: enough to share transactions. */
const AT_ONCE = 256;
/** Reading a message failed so often, or ended the process, that it is the message's fault. */
const MOST_ATTEMPTS = 5;

/**
 * The head-end for whoever publishes over MQTT. The broker answers a device once it has stored its message; here a message is
 * done with when its readings are committed or it is kept in quarantine, and until then it is delivered again.
 */
@Injectable()
export class MqttHeadEnd implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly queue: WorkQueue;
  private readonly inTurn = new InTurn();
  private readonly underWay = new Set<Promise<readonly string[]>>();

  constructor(
    @Inject(NATS) connection: NatsConnection,
    private readonly messages: MqttSubmissions,
    private readonly recordReadings: RecordReadings,
    private readonly releaseQuarantined: ReleaseQuarantined,
    health: Health,
    logger: Logger,
  ) {
    this.queue = new WorkQueue({
      connection,
      name: HEAD_END,
      subjects: [`${DEVICES_SAY}.>`],
      days: WAITS_DAYS,
      atOnce: AT_ONCE,
      log: messagingLog(logger),
      handle: (message) => this.handle(message),
    });
    health.register('mqtt', async () => {
      if (!this.queue.isRunning) throw new Error('the stream of the MQTT head-end cannot be reached');
    });
  }

  onApplicationBootstrap(): void {
    this.queue.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.stop();
    await this.recordReadings.drained();
  }

  private async handle(message: WorkMessage): Promise<void> {
    const recorded: Promise<readonly string[]> = this.record(message).finally(() =>
      this.underWay.delete(recorded),
    );
    this.underWay.add(recorded);
    const learned = await recorded;
    if (learned.length === 0) return;
    // What was read while this was being learned comes into quarantine only now.
    await Promise.allSettled(this.underWay);
    await this.releaseQuarantined.waitingForNames(learned);
  }

  /** Answers the names of devices whose earlier messages can be read now. */
  private async record(message: WorkMessage): Promise<readonly string[]> {
    const { submissions, learned } = await this.inTurn.settle(this.read(message));
    await Promise.all(submissions.map((submission) => this.recordReadings.record(submission)));
    return learned;
  }

  private async read({ subject, data, receivedAt, attempt }: WorkMessage): Promise<ReadMessage> {
    const topic = topicOfSubject(subject.slice(DEVICES_SAY.length + 1));
    if (attempt <= MOST_ATTEMPTS) return this.messages.read({ topic, payload: data, receivedAt });
    const refusal = refuse(
      'INTERNAL',
      'Reading this failed unexpectedly; the log says why. Replay it once that is mended.',
    );
    const kept = { source: MQTT, receivedAt, payload: data, context: { topic } };
    return { submissions: [{ ...kept, sender: refusal, open: () => refusal }], learned: [] };
  }
}

import { isRefusal, type Refusal } from '@metermesh/decider';
import type { Submission } from '../../submission.ts';
import { codecNamed, senderNamed } from '../frames/frame-sources.ts';
import type { FrameSubmissions } from '../frames/frame-submissions.ts';
import { admitted, type ClientMessage, type Dialect } from './dialect.ts';

/**
 * Frames of any protocol at `meters/{client}/{protocol}`, octets or the protocol's text. Who sends frames of others that do not
 * name their device adds it: `meters/{client}/{protocol}/{device}`, a serial number or an address.
 */
export const framesDialect = (frames: FrameSubmissions): Dialect => ({
  name: 'FRAMES',
  source: 'mqtt-frames',
  isText: false,
  says: ['meters/{client}/#'],
  hears: [],
  submissionsOf(message) {
    const { topic, payload, receivedAt, client, source, context } = message;
    const [, , protocol = '', ...device] = topic.split('/');
    const codec = codecNamed(protocol);
    if (isRefusal(codec)) return [refused(message, codec)];
    const named = client.serialNumber
      ? { serialNumbers: [client.serialNumber] }
      : senderNamed(device.join('/') || undefined);
    const admit = (meter: Parameters<typeof admitted>[1]) => admitted(client, meter);
    const isLive = client.serialNumber !== undefined;
    return frames.of({ source, codec, octets: payload, receivedAt, isLive, context, named, admit });
  },
});

function refused({ source, receivedAt, payload, context }: ClientMessage, refusal: Refusal): Submission {
  return { source, receivedAt, payload, context, sender: refusal, open: () => refusal };
}

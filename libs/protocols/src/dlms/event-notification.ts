import { ByteReader } from '../byte-reader.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, readLength, type CosemData } from './axdr.ts';
import { parseDateTime, type CosemDateTime } from './date-time.ts';

/** event-notification-request (IEC 62056-5-3, EventNotificationRequest, tag 0xC2): one attribute, sent unasked. */
export interface EventNotification {
  readonly time?: CosemDateTime;
  /** A structure of the attribute's descriptor {class, code, attribute} and its value. */
  readonly body: CosemData;
}

export const EVENT_NOTIFICATION = 0xc2;

export function decodeEventNotification(apdu: Uint8Array): EventNotification | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    if (reader.u8() !== EVENT_NOTIFICATION) {
      reader.fail('DLMS_APDU_UNEXPECTED', 'This is no event-notification-request.', 0);
    }
    const hasTime = reader.u8() !== 0;
    const time = hasTime ? parseDateTime(reader.take(readLength(reader))) : undefined;
    const descriptor: CosemData = {
      type: 'structure',
      value: [
        { type: 'long-unsigned', value: reader.u16() },
        { type: 'octet-string', value: reader.take(6) },
        { type: 'integer', value: reader.i8() },
      ],
    };
    return { time, body: { type: 'structure', value: [descriptor, readData(reader)] } };
  });
}

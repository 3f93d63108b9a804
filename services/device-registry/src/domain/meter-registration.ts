import { SERVICE_KINDS, type Channel, type MeterRegistered, type ServiceKind } from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Refusal } from '@metermesh/decider';
import { deviceAddressSchemes, isDeviceAddress, readingType, readingTypes } from '@metermesh/metering';
import { faultOfText } from './text.ts';
import { faultOfObis } from './obis.ts';

const SYSTEM_TITLE_OCTETS = 8;
const MOST_DIAL_DIGITS = 15;
const HOUR = 3600;
const MOST_ADDRESSES = 8;
/** Path of a codec in its folder; nothing that leads out of it. */
const CODEC_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** What keeps a meter from being registered as it is described, if anything. */
export function faultOfMeter(meter: MeterRegistered): Refusal | undefined {
  return (
    faultOfIdentifier('meter', meter.serialNumber) ??
    faultOfText('manufacturer', meter.manufacturer) ??
    faultOfSystemTitle(meter.systemTitle) ??
    faultOfMultiplier(meter.multiplier) ??
    faultOfDialDigits(meter.dialDigits) ??
    faultOfNetworkAddress(meter.networkAddress) ??
    faultOfAddresses(meter.addresses) ??
    faultOfPayloadCodec(meter.payloadCodec) ??
    faultOfChannels(meter)
  );
}

/** A system title identifies a DLMS device and has eight octets (IEC 62056-5-3, 4.8). */
function faultOfSystemTitle({ length }: Uint8Array): Refusal | undefined {
  if (length === 0 || length === SYSTEM_TITLE_OCTETS) return undefined;
  return refuse(
    'SYSTEM_TITLE_INVALID',
    `A system title has ${SYSTEM_TITLE_OCTETS} octets (16 hexadecimal digits); this has ${length}.`,
  );
}

function faultOfMultiplier(multiplier: string): Refusal | undefined {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(multiplier) && Number(multiplier) > 0) return undefined;
  return refuse(
    'MULTIPLIER_INVALID',
    `The multiplier ${multiplier} must be a decimal number greater than 0, e.g. 1 or 0.1.`,
  );
}

function faultOfDialDigits(dialDigits: number): Refusal | undefined {
  if (Number.isInteger(dialDigits) && dialDigits >= 1 && dialDigits <= MOST_DIAL_DIGITS) return undefined;
  return refuse('DIAL_DIGITS_INVALID', `A register has 1 to ${MOST_DIAL_DIGITS} digits, not ${dialDigits}.`);
}

function faultOfNetworkAddress(address: string): Refusal | undefined {
  if (address === '' || URL.canParse(address)) return undefined;
  return refuse(
    'NETWORK_ADDRESS_INVALID',
    `${JSON.stringify(address)} is no address; give a URL such as dlms-tcp://10.0.0.7:4059?server=1.`,
  );
}

function faultOfAddresses(addresses: readonly string[]): Refusal | undefined {
  const wrong = addresses.find((address) => !isDeviceAddress(address));
  if (wrong !== undefined) {
    return refuse(
      'DEVICE_ADDRESS_INVALID',
      `${JSON.stringify(wrong)} is no address of a device; write scheme:name, letters of hexadecimal names in capitals, e.g. ` +
        `lorawan:70B3D57ED0000001 or mbus:ELS-12345678. Schemes are ${deviceAddressSchemes.join(', ')}.`,
    );
  }
  if (addresses.length <= MOST_ADDRESSES && new Set(addresses).size === addresses.length) return undefined;
  return refuse(
    'DEVICE_ADDRESS_INVALID',
    `A meter has at most ${MOST_ADDRESSES} addresses, and each is given once.`,
  );
}

function faultOfPayloadCodec(name: string): Refusal | undefined {
  if (name === '' || (name.length <= 200 && CODEC_NAME.test(name))) return undefined;
  return refuse(
    'PAYLOAD_CODEC_INVALID',
    `${JSON.stringify(name)} cannot name a payload codec; write its path in the folder of codecs, e.g. vendor/device.`,
  );
}

function faultOfChannels({ channels, serviceKind }: MeterRegistered): Refusal | undefined {
  if (channels.length === 0)
    return refuse('METER_WITHOUT_CHANNELS', 'Say what the meter measures: at least one channel.');
  for (const channel of channels) {
    const fault = faultOfChannel(channel, serviceKind);
    if (fault) return fault;
  }
  const distinct = (values: string[]) => new Set(values).size === values.length;
  if (
    !distinct(channels.map((channel) => channel.readingType)) ||
    !distinct(channels.map(({ obis }) => obis))
  ) {
    return refuse(
      'CHANNEL_TWICE',
      'Each channel needs a reading type and an OBIS code that no other channel of the meter has.',
    );
  }
  return undefined;
}

function faultOfChannel(channel: Channel, serviceKind: ServiceKind): Refusal | undefined {
  const type = readingType(channel.readingType);
  if (!type) {
    return refuse(
      'READING_TYPE_UNKNOWN',
      `${JSON.stringify(channel.readingType)} is no reading type; known are ${readingTypes.map(({ code }) => code).join(', ')}.`,
    );
  }
  if (type.serviceKind !== 'ENVIRONMENT' && SERVICE_KINDS[type.serviceKind] !== serviceKind) {
    return refuse(
      'CHANNEL_SERVICE_KIND_MISMATCH',
      `${type.code} is of service kind ${type.serviceKind}; the meter is of another.`,
    );
  }
  // Days have 23 to 25 hours: only what divides an hour fills all of them.
  if (channel.intervalSeconds < 60 || HOUR % channel.intervalSeconds !== 0) {
    return refuse(
      'INTERVAL_INVALID',
      `Intervals of ${channel.intervalSeconds} s do not fill an hour; give 60, 300, 900, 1800, 3600 or alike.`,
    );
  }
  return faultOfObis(channel.obis);
}

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeDownlink, encodeDownlink, isDecodeError } from '@metermesh/protocols';
import { codecFolder, good, payloadCodecs, values } from '../test/payload-codecs.ts';

const corpus = process.env['METERMESH_CORPUS'];
const { sandbox, codec, uplink, push, close } = payloadCodecs();

afterAll(close);

const names = readdirSync(codecFolder)
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -3));

interface Example {
  readonly description: string;
  readonly input: { readonly fPort: number; readonly bytes: number[]; readonly recvTime?: string };
  readonly output: { readonly data?: object; readonly errors?: string[]; readonly warnings?: string[] };
}

/** Device of the corpus → our codec. */
const ours: Readonly<Record<string, string>> = {
  'acrios__acr-cv-101l-m-d': 'acrios-acr-cv-101l-m',
  aquascope__aqm: 'aquascope-aqm',
  'decentlab__dl-iam': 'decentlab-dl-iam',
  dragino__lht52: 'dragino-lht52',
  dragino__sw3l: 'dragino-sw3l',
  'elv__elv-lw-esi': 'elv-lw-esi',
  elvaco__cmi4140: 'elvaco-cmi4140',
  'iot-factory__m-bus-gateway': 'iot-factory-m-bus-gateway',
  mcci__model4811: 'mcci-model4811',
  'mclimate__co2-sensor': 'mclimate-co2-sensor',
  'milesight-iot__am319': 'milesight-am319',
  'milesight-iot__ct303': 'milesight-ct303',
  'milesight-iot__em300-th': 'milesight-em300-th',
  netvox__r718a: 'netvox-r718a',
  netvox__r809a: 'netvox-r809a',
  sensus__iperl: 'sensus-iperl',
  talkpool__oy1320: 'talkpool-oy1320',
  watteco__intenso: 'watteco-power',
  watteco__triphaso: 'watteco-power',
  yobiiq__em4301: 'yobiiq-em4301',
};

(corpus ? describe : describe.skip)('The device repository’s examples', () => {
  const devices: Record<string, { examples: Example[] }> = corpus
    ? JSON.parse(readFileSync(`${corpus}/lorawan/payload-examples.json`, 'utf8'))
    : {};
  /** Codecs are given a `Date`, as by The Things Stack, which has milliseconds only. */
  const toMilliseconds = (data: object | undefined) =>
    JSON.parse(JSON.stringify(data).replace(/(T\d\d:\d\d:\d\d\.\d{3})\d+Z/g, '$1Z')) as object;

  for (const [device, name] of Object.entries(ours)) {
    it(`${name} decodes those of ${device} to the published objects`, () => {
      for (const { input, output } of devices[device]!.examples) {
        const { fPort, bytes, recvTime } = input;
        const decoded = uplink(name, fPort, Buffer.from(bytes).toString('hex'), recvTime);
        if (output.errors?.length) expect(decoded).toMatchObject({ code: 'PAYLOAD_CODEC_ERRORS' });
        else {
          expect(good(decoded).data).toEqual(toMilliseconds(output.data));
          expect(good(decoded).warnings.map(({ message }) => message)).toEqual(output.warnings ?? []);
        }
      }
    });
  }

  it('no device is left out', () => {
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(devices).toSorted());
  });

  it('what the published normalizers say of them is said, with batteries in their own unit', () => {
    const lht52 = devices['dragino__lht52']!.examples[1]!;
    expect(
      good(uplink('dragino-lht52', 2, Buffer.from(lht52.input.bytes).toString('hex'))).normalized,
    ).toEqual((lht52 as { normalizedOutput?: { data: object[] } }).normalizedOutput!.data);
    expect(values(push('milesight-em300-th', 1, '0175320367c80004683c'))).toEqual({
      'ambient temperature': '20 °C 0.0.96.9.0.255',
      'relative humidity': '30 % 0.0.96.9.2.255',
      'battery charge': '50 % 0.0.96.6.1.255',
    });
  });
});

describe('Payload codecs that come with the service', () => {
  it('none of them breaks on what is no payload of theirs', () => {
    const nonsense = ['', '00', 'ff'.repeat(5), '01'.repeat(11), '0367', '150405', '7f'.repeat(51)];
    for (const name of names) {
      for (const hex of nonsense) {
        for (const port of [1, 2, 3, 4, 5, 6, 10, 20, 85, 125, 200]) {
          const decoded = uplink(name, port, hex);
          if (isDecodeError(decoded)) expect(decoded.code).toBe('PAYLOAD_CODEC_ERRORS');
        }
      }
    }
  });

  it('a heat meter’s energy, volume and temperatures are registers', () => {
    const heat =
      '150405fc437f0e0413409198 22022e9015023c482b0259d825025de8140c782794817904fd1700000100'.replace(
        ' ',
        '',
      );
    expect(values(push('elvaco-cmi4140', 2, heat))).toEqual({
      'heat energy': '24322150000 Wh 6.0.1.0.0.255',
      'heat volume': '580424 m3 6.0.2.0.0.255',
      'heat power': '5520000 W 6.0.8.0.0.255',
      'flow rate': '110.8 m3/h 6.0.9.0.0.255',
      'flow temperature': '96.88 °C 6.0.10.0.0.255',
      'return temperature': '53.52 °C 6.0.11.0.0.255',
      'device id': '79819427 6.0.0.0.0.255',
    });
    expect(push('elvaco-cmi4140', 2, heat).events).toMatchObject([{ type: 'self-check-failed' }]);
  });

  it('an electricity meter’s tariffs are registers at the time of its data logger', () => {
    const decoded = push(
      'yobiiq-em4301',
      1,
      '0101673b240c0203673b21b403040308 0f0404050000000005060000000006070000 00000b0a00'.replaceAll(' ', ''),
    );
    expect(decoded.measurements.filter(({ unit }) => unit === 'Wh')).toMatchObject([
      { obis: '1.0.1.8.1.255', value: '50859780', time: '2024-11-18T11:15:00.000Z' },
      { obis: '1.0.1.8.2.255', value: '0' },
      { obis: '1.0.2.8.1.255', value: '0' },
      { obis: '1.0.2.8.2.255', value: '0' },
    ]);
  });

  it('a plug’s energy, voltage, current and power are registers, its alarms device events', () => {
    expect(values(push('netvox-r809a', 6, '010e010100000200010000'))).toEqual({
      'active energy import': '512 Wh 1.0.1.8.0.255',
    });
    expect(push('netvox-r809a', 6, '010e010100000200010000').events).toMatchObject([{ type: 'over-limit' }]);
    expect(values(push('netvox-r809a', 6, '010e0200dc03e800dc0000'))).toEqual({
      voltage: '220 V 1.0.12.7.0.255',
      current: '1.000 A 1.0.11.7.0.255',
      'active power import': '220 W 1.0.1.7.0.255',
    });
  });

  it('a water meter’s counters are registers, its alarms device events', () => {
    const decoded = push('bmeters-hydrodigit', 1, '4540e2010005000021ff33');
    expect(values(decoded)).toEqual({
      'water volume': '123.456 m3 8.0.1.0.0.255',
      'water volume reverse': '0.005 m3 8.0.2.0.0.255',
    });
    expect(decoded.measurements).toContainEqual(
      expect.objectContaining({ code: 'field:water.temperature.current', value: '-20.5', unit: '°C' }),
    );
    expect(decoded.events.map(({ type }) => type)).toEqual(['leak', 'battery-low']);
  });

  it('climate of a room has the names of the standard', () => {
    const am319 = '036734010468650500010 6cb02077da803087d25000973662 70a7d04000b7d20000c7d3000'.replaceAll(
      ' ',
      '',
    );
    expect(values(push('milesight-am319', 85, am319))).toMatchObject({
      'ambient temperature': '30.8 °C 0.0.96.9.0.255',
      'relative humidity': '50.5 % 0.0.96.9.2.255',
      'CO2 concentration': '936 ppm 0.0.96.9.128.255',
      'air pressure': '100860 Pa 0.0.96.9.1.255',
    });
    expect(values(push('mclimate-co2-sensor', 2, '01027102 7384ed'.replace(' ', '')))).toMatchObject({
      'CO2 concentration': '625 ppm 0.0.96.9.128.255',
      'battery voltage': '3.5 V 0.0.96.6.3.255',
    });
  });

  it('a command is what its own codec reads back', () => {
    const em300 = codec('milesight-em300-th');
    const command = { reportInterval: 1200 };
    const { port, bytes } = good(encodeDownlink(sandbox, em300, command));
    expect({ port, bytes: Buffer.from(bytes).toString('hex') }).toEqual({ port: 85, bytes: 'ff03b004' });
    expect(good(decodeDownlink(sandbox, em300, { port, bytes })).data).toEqual(command);
    expect(encodeDownlink(sandbox, em300, { reportInterval: 1 })).toMatchObject({
      code: 'PAYLOAD_CODEC_ERRORS',
    });
    expect(encodeDownlink(sandbox, codec('elvaco-cmi4140'), {})).toMatchObject({
      code: 'PAYLOAD_CODEC_NO_DOWNLINK',
    });
  });
});

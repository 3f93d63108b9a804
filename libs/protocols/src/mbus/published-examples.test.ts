import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import { fromHex } from '../hex.ts';
import { cmac } from './cipher.ts';
import { decodeMbus } from './frame.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const gasMeter = {
  device: { serialNumber: '12345678', manufacturer: 'ELS', medium: 'gas' },
  time: '2008-05-31T23:50:00.000Z',
  measurements: [
    { obis: '7.0.3.0.0.255', value: '28504.27', unit: 'm3' },
    { obis: '0.0.1.0.0.255', value: '2008-05-31 23:50:00' },
    { obis: '0.0.97.97.0.255', value: '0000' },
  ],
};
const profileA = '0102030405060708090A0B0C0D0E0F11';
const profileB = '000102030405060708090A0B0C0D0E0F';

/** Open Metering System Specification, volume 2, Annex N: message examples with their keys. */
describe('messages that OMS publishes', () => {
  it('with security profile A (mode 5)', () => {
    const frame = octets(
      '2E44931578563412330333637A2A0020255923C95AAA26D1B2E7493BC2AD013EC4A6F6D3529B520EDFF0EA6DEFC955B29D6D69EBF3EC8A',
    );
    expect(decodeMbus(frame, { key: octets(profileA) })).toMatchObject([gasMeter]);
    expect(decodeMbus(frame, { key: octets(profileB) })).toMatchObject([{ code: 'MBUS_DECRYPTION_FAILED' }]);
    expect(decodeMbus(frame)).toMatchObject([{ code: 'MBUS_KEY_MISSING' }]);
  });

  it.each([
    [
      'a meter with a radio of its own',
      '434493157856341233037AC98C2075900F002C25B30A000021924D4FBA372FB66E017A75002007109058475F4BC9D1281DF878B80A1B0F98B629024AAC7279429398BFC549233C0140829B93BAA1',
    ],
    [
      'a meter behind a radio adapter, which has another address',
      '53082448443322110337D0468E80753A63665544330A31900F002C25E00AB30A0000AF5D74DF73A600D972785634C027129315330375002007109058475F4BC955CF1DF878B80A1B0F98B629024AAC7279429398BFC549233C0140829B93BAA1',
    ],
  ])('with security profile B (mode 7, derived keys, authentication): %s', (_what, hex) => {
    const frame = octets(hex);
    const proof = { authenticated: true, invocationCounter: 2739 };
    expect(decodeMbus(frame, { key: octets(profileB) })).toMatchObject([{ ...gasMeter, ...proof }]);
    expect(decodeMbus(frame, { key: octets(profileA) })).toMatchObject([{ code: 'MBUS_DECRYPTION_FAILED' }]);
  });

  it('encrypted in part: what follows the encrypted blocks is plain', () => {
    const frame = octets(
      '2D44934444332211553769EF7288776655934455080004100500DFE227F9A782146D1513581CD2F83F39040CFD1040C4785634128134',
    );
    expect(decodeMbus(frame, { key: octets(profileB) })).toMatchObject([
      {
        device: { address: 'mbus:QDS-55667788', medium: 'heat cost allocator' },
        measurements: [
          { obis: '4.0.1.0.0.255', value: '1234' },
          { value: '2007-04-30', storage: 1 },
          { obis: '4.0.1.0.0.1', value: '23456', time: '2007-04-30T00:00:00.000Z' },
          { quantity: 'customer location', value: '12345678' },
        ],
        events: [{ type: 'battery-low' }],
      },
    ]);
  });

  it('in frame format B', () => {
    expect(decodeMbus(octets('1444AE0C7856341201078C2027780B134365877AC5'))).toMatchObject([
      {
        device: { address: 'mbus:CEN-12345678' },
        measurements: [{ value: '876.543', unit: 'm3' }],
        warnings: [],
      },
    ]);
  });
});

/** The test frame of the jMBus library: mode C, counter mode, one octet of the receiver behind it. */
describe('an encrypted extended link layer', () => {
  const frame = octets('24442D2C692845631B168D3050209CD621B006B1140AEF4953AE5B86FAFC0B00E70705B84689');

  it('opens with the key, though a repeater has set the hop bit', () => {
    expect(decodeMbus(frame, { key: octets('4E5508544202058100DFEFA06B0934A5') })).toMatchObject([
      {
        device: { address: 'mbus:KAM-63452869', medium: 'cold water' },
        measurements: [{ code: 'vif:FF20' }, { value: '474.240' }, { value: '473.247', storage: 1 }],
        warnings: [{ code: 'MBUS_TRAILING_OCTETS' }],
      },
    ]);
  });

  it('does not with another', () => {
    expect(decodeMbus(frame, { key: octets('4E5508544202058100DFEFA06B0934AF') })).toMatchObject([
      { code: 'MBUS_DECRYPTION_FAILED' },
    ]);
    expect(decodeMbus(frame)).toMatchObject([{ code: 'MBUS_KEY_MISSING', offset: 10 }]);
  });
});

describe('AES-CMAC', () => {
  /** RFC 4493, 4, examples 1 to 4. */
  it.each([
    ['', 'BB1D6929E95937287FA37D129B756746'],
    ['6BC1BEE22E409F96E93D7E117393172A', '070A16B46B4D4144F79BDD9DD04A287C'],
    [
      '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411',
      'DFA66747DE9AE63030CA32611497C827',
    ],
  ])('of %s', (message, code) => {
    expect(cmac(octets('2B7E151628AED2A6ABF7158809CF4F3C'), octets(message))).toEqual(octets(code));
  });
});

/** EN 13757-3, Annex F: the examples of compact profiles. */
describe('profiles of the standard', () => {
  const wired = (records: string) => {
    const body = octets(`0801727856341293150102 00000000${records}`);
    const sum = body.reduce((total, octet) => total + octet, 0) & 0xff;
    const [push] = decodeMbus(Uint8Array.of(0x68, body.length, body.length, 0x68, ...body, sum, 0x16));
    if (!push || isDecodeError(push)) throw new Error(push?.message);
    return push;
  };

  it('F.2.6: with register numbers, months apart', () => {
    const { measurements } = wired(
      '868081006D0000A0411135 8490810003F0490200 8D908100831E0A34FEA0860100D0FB0100' +
        'C68181006D0B0C8D59130C C491810003905F0100 868281006D00008041140D 849281000350C30000' +
        '8D928100831E0634FE00710200',
    );
    const said = measurements
      .filter(({ unit }) => unit === 'Wh')
      .map(({ storage, value, time }) => [storage, value, time?.slice(0, 10)])
      .sort();
    expect(said).toEqual([
      [32, '150000', '2010-01-01'],
      [33, '100000', '2010-02-01'],
      [34, '130000', '2010-03-01'],
      [35, '90000', '2010-03-25'],
      [36, '50000', '2010-04-01'],
      [37, '160000', '2010-05-01'],
    ]);
  });

  it('F.2.7: from old to new, an hour apart', () => {
    const { loadProfiles } = wired('84046D00204111 8B0415003012 8D04951F056901030211');
    expect(loadProfiles).toMatchObject([{ intervalSeconds: 3600, start: Date.UTC(2010, 0, 1), scaler: -1 }]);
    expect([...loadProfiles[0]!.values]).toEqual([123_003, 123_005, 123_016]);
  });

  it('F.2.8: from new to old', () => {
    const { loadProfiles } = wired('84046D00234111 8B0415163012 8D049513056901110203');
    expect([...loadProfiles[0]!.values]).toEqual([123_000, 123_003, 123_005]);
    const ends = loadProfiles[0]!.start + loadProfiles[0]!.intervalSeconds * 1000;
    expect(new Date(ends).toISOString()).toBe('2010-01-01T00:00:00.000Z');
  });
});

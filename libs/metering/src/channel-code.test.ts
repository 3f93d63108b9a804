import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  channelCode,
  isSubmeterName,
  readingType,
  readingTypeOfChannel,
  readingTypes,
  submeterOfChannel,
} from './index.ts';

describe('the code of a channel', () => {
  it('is its reading type, behind which the name of a sub-meter follows', () => {
    expect(channelCode('active-energy-import')).toBe('active-energy-import');
    expect(channelCode('active-energy-import', '')).toBe('active-energy-import');
    expect(channelCode('active-energy-import', 'refrigerator')).toBe('active-energy-import:refrigerator');
  });

  it('says again what it was made of', () => {
    const type = fc.constantFrom(...readingTypes.map(({ code }) => code));
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }).filter(isSubmeterName);
    fc.assert(
      fc.property(type, fc.option(name, { nil: undefined }), (code, submeter) => {
        const channel = channelCode(code, submeter);
        expect(readingTypeOfChannel(channel)).toBe(readingType(code));
        expect(submeterOfChannel(channel)).toBe(submeter);
      }),
    );
  });

  it('of no reading type means nothing', () => {
    for (const code of ['', ':refrigerator', 'happiness', 'happiness:refrigerator'])
      expect(readingTypeOfChannel(code)).toBeUndefined();
  });
});

describe('the name of a sub-meter', () => {
  it.each(['refrigerator', 'EV charger 2', '냉장고', 'Wärmepumpe', 'a', 'flat-3.left'])(
    'may be %s',
    (name) => {
      expect(isSubmeterName(name)).toBe(true);
    },
  );

  it.each(['', ' kettle', 'kettle ', 'a:b', 'a\nb', '-', 'x'.repeat(65), 'Wa\u0308rme'])(
    'may not be %j',
    (name) => {
      expect(isSubmeterName(name)).toBe(false);
    },
  );
});

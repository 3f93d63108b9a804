import { describe, expect, it } from '@jest/globals';
import { OpenedKeys } from './opened-keys.ts';

describe('opened keys', () => {
  const keysOf = (version: string) => ({ version, encryptionKey: Buffer.from(version) });
  const opening = () => {
    const opened: string[] = [];
    const open = (version: string) => () => {
      opened.push(version);
      return keysOf(version);
    };
    return { opened, open };
  };

  it('are opened once a version', () => {
    const { opened, open } = opening();
    const keys = new OpenedKeys();
    expect(keys.of('MM1', 'a', open('a'))).toBe(keys.of('MM1', 'a', open('a')));
    expect(keys.of('MM1', 'b', open('b'))).toEqual(keysOf('b'));
    expect(keys.of('MM1', 'a', open('a'))).toEqual(keysOf('a'));
    expect(opened).toEqual(['a', 'b', 'a']);
  });

  it('are those of their meter, though versions be alike', () => {
    const keys = new OpenedKeys();
    keys.of('MM1', 'a', () => keysOf('first'));
    expect(keys.of('MM2', 'a', () => keysOf('second'))).toEqual(keysOf('second'));
  });

  it('are held of a bounded number of meters, those asked for first going first', () => {
    const { opened, open } = opening();
    const keys = new OpenedKeys(2);
    for (const serial of ['MM1', 'MM2', 'MM3']) keys.of(serial, 'a', open('a'));
    keys.of('MM3', 'a', open('again'));
    keys.of('MM1', 'a', open('again'));
    expect(opened).toEqual(['a', 'a', 'a', 'again']);
  });

  it('of a meter whose keys were taken away are forgotten', () => {
    const keys = new OpenedKeys();
    keys.of('MM1', 'a', () => keysOf('a'));
    expect(keys.of('MM1', 'b', () => undefined)).toBeUndefined();
    expect(keys.of('MM1', 'a', () => undefined)).toBeUndefined();
  });
});

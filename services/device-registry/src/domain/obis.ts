import { refuse, type Refusal } from '@metermesh/decider';

/** Refuses what is no OBIS code: six value groups A to F of 0 to 255 (IEC 62056-61), here joined by dots. */
export function faultOfObis(obis: string): Refusal<'OBIS_INVALID'> | undefined {
  const groups = obis.split('.');
  if (groups.length === 6 && groups.every((group) => /^\d{1,3}$/.test(group) && Number(group) <= 255))
    return undefined;
  return refuse(
    'OBIS_INVALID',
    `${JSON.stringify(obis)} is no OBIS code; write six numbers, e.g. 1.0.1.8.0.255.`,
  );
}

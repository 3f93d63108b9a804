/** Device types (EN 13757-7, 7.5.3, table 13). */
const names: Readonly<Record<number, string>> = {
  0x00: 'other', 0x01: 'oil', 0x02: 'electricity', 0x03: 'gas', 0x04: 'heat', 0x05: 'steam', 0x06: 'warm water',
  0x07: 'water', 0x08: 'heat cost allocator', 0x09: 'compressed air', 0x0a: 'cooling', 0x0b: 'cooling', 0x0c: 'heat',
  0x0d: 'heat and cooling', 0x0e: 'bus or system component', 0x0f: 'unknown', 0x10: 'irrigation water',
  0x11: 'water data logger', 0x12: 'gas data logger', 0x13: 'gas converter', 0x14: 'calorific value',
  0x15: 'hot water', 0x16: 'cold water', 0x17: 'hot and cold water', 0x18: 'pressure', 0x19: 'A/D converter',
  0x1a: 'smoke detector', 0x1b: 'room sensor', 0x1c: 'gas detector', 0x1d: 'carbon monoxide alarm',
  0x1e: 'heat alarm', 0x1f: 'sensor', 0x20: 'breaker', 0x21: 'valve', 0x25: 'customer unit', 0x28: 'waste water',
  0x29: 'garbage', 0x2a: 'carbon dioxide', 0x31: 'communication controller', 0x32: 'unidirectional repeater',
  0x33: 'bidirectional repeater', 0x36: 'radio converter, system side', 0x37: 'radio converter, meter side',
  0x38: 'wired adapter',
}; // prettier-ignore

/** What a device measures or does, in words; types that are reserved are named by their number. */
export function deviceTypeName(deviceType: number): string {
  return names[deviceType] ?? `type ${deviceType.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Value group A of OBIS (EN 13757-1, 6.2); 0 where the device measures no medium that has one. */
const media: Readonly<Record<number, number>> = {
  0x02: 1, 0x03: 7, 0x04: 6, 0x06: 9, 0x07: 8, 0x08: 4, 0x0a: 5, 0x0b: 5, 0x0c: 6, 0x0d: 6, 0x10: 8, 0x11: 8,
  0x12: 7, 0x13: 7, 0x15: 9, 0x16: 8, 0x17: 8,
}; // prettier-ignore

export const obisMedium = (deviceType: number): number => media[deviceType] ?? 0;

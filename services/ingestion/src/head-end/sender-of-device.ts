import { refuse, type Refusal } from '@metermesh/decider';
import type { DecodedDevice } from '@metermesh/protocols';
import { isDeviceName, type Sender } from '../domain/sender.ts';

/**
 * By all that a frame says of its device, and then by what is known of whoever brought it. Refuses with DEVICE_NOT_NAMED
 * where that is nothing.
 */
export function senderOfDevice(device: DecodedDevice, named?: Sender): Sender | Refusal {
  const { address, serialNumber, logicalDeviceName, systemTitle = named?.systemTitle } = device;
  const said = [serialNumber, logicalDeviceName].filter((name) => name !== undefined && isDeviceName(name));
  const serialNumbers = [...(said as string[]), ...(named?.serialNumbers ?? [])];
  const addresses = [...(address === undefined ? [] : [address]), ...(named?.addresses ?? [])];
  if (serialNumbers.length > 0 || addresses.length > 0 || systemTitle) {
    return { systemTitle, addresses, serialNumbers };
  }
  return refuse(
    'DEVICE_NOT_NAMED',
    'The frame does not say which device sent it, nor does how it came: name the device beside it.',
  );
}

/** By what a submission names its meter; the first that is registered counts. */
export interface Sender {
  /** 16 hexadecimal digits. */
  readonly systemTitle?: string;
  /** How it is called on its networks, e.g. `mbus:ELS-12345678`. */
  readonly addresses?: readonly string[];
  readonly serialNumbers: readonly string[];
}

/** Whether a meter can be called so: the device registry takes no longer names and no other characters. */
export const isDeviceName = (text: string): boolean => /^[\x20-\x7e]{1,64}$/.test(text);

/** The sender in words, for operators: a device's own name, never a person's. */
export const senderName = (sender: Sender): string | undefined => senderNames(sender)[0];

/** All names by which it may turn out to be a meter. */
export function senderNames({ systemTitle, addresses = [], serialNumbers }: Sender): string[] {
  return [...serialNumbers, ...(systemTitle === undefined ? [] : [systemTitle]), ...addresses];
}

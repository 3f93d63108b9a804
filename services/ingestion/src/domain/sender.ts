/** By what a submission names its meter; the first that is registered counts. */
export interface Sender {
  /** 16 hexadecimal digits. */
  readonly systemTitle?: string;
  readonly serialNumbers: readonly string[];
}

/** The sender in words, for operators: a device's own name, never a person's. */
export function senderName({ systemTitle, serialNumbers }: Sender): string | undefined {
  return serialNumbers[0] ?? systemTitle;
}

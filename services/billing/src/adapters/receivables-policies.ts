import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import {
  parseReceivablesPolicy,
  policyFor,
  type ReceivablesPolicy,
} from '../domain/receivables/receivables-policy.ts';

import { RECEIVABLES_SETTINGS, type ReceivablesSettings } from '../receivables-settings.ts';

const SHIPPED = new URL('../../policies/receivables/', import.meta.url);

/** What is charged for paying late, and how overdue bills are dunned: as the files say, read and checked once. */
@Injectable()
export class ReceivablesPolicies {
  private readonly folder: URL;
  private read: Promise<readonly ReceivablesPolicy[]> | undefined;

  constructor(@Inject(RECEIVABLES_SETTINGS) { policies }: ReceivablesSettings) {
    this.folder = policies === undefined ? SHIPPED : pathToFileURL(`${resolve(policies)}/`);
  }

  /** @throws where a file is no policy, naming it and every fault in it */
  all(): Promise<readonly ReceivablesPolicy[]> {
    return (this.read ??= readPolicies(this.folder));
  }

  /** The one of a tariff's bills; undefined where none is for it. */
  async of(bill: {
    readonly tariffId: string;
    readonly currency: string;
  }): Promise<ReceivablesPolicy | undefined> {
    return policyFor(await this.all(), bill.tariffId, bill.currency);
  }
}

export async function readPolicies(folder: URL): Promise<readonly ReceivablesPolicy[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => {
      const policy = parseReceivablesPolicy(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
      if (isRefusal(policy)) throw new Error(`${file}: ${policy.message}`);
      return policy;
    }),
  );
}

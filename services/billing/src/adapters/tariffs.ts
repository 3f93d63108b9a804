import { Injectable } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import type { Tariff } from '../domain/tariff/tariff.ts';
import { readTariff, tariffIds } from './tariff-library.ts';

/** The tariffs that Metermesh ships, each read and checked once. */
@Injectable()
export class Tariffs {
  private readonly known = new Map<string, Tariff>();

  async byId(id: string): Promise<Tariff | Refusal> {
    const known = this.known.get(id);
    if (known) return known;
    const tariff = await readTariff(id);
    if (!isRefusal(tariff)) this.known.set(id, tariff);
    return tariff;
  }

  async all(): Promise<Tariff[]> {
    const tariffs = await Promise.all((await tariffIds()).map((id) => this.byId(id)));
    return tariffs.filter((tariff): tariff is Tariff => !isRefusal(tariff));
  }
}

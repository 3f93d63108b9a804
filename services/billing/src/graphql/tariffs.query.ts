import { Query, Resolver } from '@nestjs/graphql';
import { readingTypes } from '@metermesh/metering';
import { Tariffs } from '../adapters/tariffs.ts';

@Resolver()
export class TariffsQuery {
  constructor(private readonly library: Tariffs) {}

  @Query()
  async tariffs() {
    return (await this.library.all()).map(({ id, name, currency, unit, serviceKind }) => ({
      id,
      name: name.en,
      currency,
      unit,
      serviceKind:
        serviceKind?.toUpperCase() ??
        readingTypes.find(({ displayUnit }) => displayUnit.symbol === unit)?.serviceKind,
    }));
  }
}

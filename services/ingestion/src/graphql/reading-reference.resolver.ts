import { ResolveReference, Resolver } from '@nestjs/graphql';
import type { SubgraphContext } from '@metermesh/service-kit';
import { ReadingResolver } from './reading.resolver.ts';

/** A reading that another subgraph refers to, e.g. a bill to those it rests on: told to whom the question itself would tell it. */
@Resolver('Reading')
export class ReadingReferenceResolver {
  constructor(private readonly readings: ReadingResolver) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }, context: SubgraphContext) {
    return this.readings.reading(id, context);
  }
}

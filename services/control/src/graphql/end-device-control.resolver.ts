import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import {
  connectionOf,
  orThrow,
  pageOf,
  requireRole,
  type Claims,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Controls, cursorOf, type ControlRow } from '../adapters/controls.table.ts';
import type { QueryEndDeviceControlsArgs } from './generated/schema.ts';
import { Sight } from './sight.ts';

@Resolver('EndDeviceControl')
export class EndDeviceControlResolver {
  constructor(
    private readonly controls: Controls,
    private readonly sight: Sight,
  ) {}

  @Query()
  endDeviceControl(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    return this.visible(id, claims);
  }

  @Query()
  async endDeviceControls(@Args() args: QueryEndDeviceControlsArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(pageOf(args.first, args.after));
    return connectionOf(await this.controls.page(page, args.usagePointId, args.status), page, cursorOf);
  }

  @ResolveReference()
  reference({ id }: { id: string }, { claims }: SubgraphContext) {
    return this.visible(id, claims);
  }

  @ResolveField()
  usagePoint(@Parent() { usagePointId }: ControlRow) {
    return { id: usagePointId };
  }

  @ResolveField()
  meter(@Parent() { serialNumber }: ControlRow) {
    return { serialNumber };
  }

  @ResolveField()
  bill(@Parent() { billId }: ControlRow) {
    return billId && { id: billId };
  }

  @ResolveField()
  failure(@Parent() { failureCode, failureMessage }: ControlRow) {
    return failureCode && { code: failureCode, message: failureMessage };
  }

  /** Null for what is not there and for what the caller may not see. */
  private async visible(id: string, claims: Claims): Promise<ControlRow | undefined> {
    const control = (await this.controls.byId([id])).get(id);
    if (!control) return undefined;
    const refusal = await this.sight.at(claims, control.usagePointId, control.requestedAt);
    return refusal ? undefined : control;
  }
}

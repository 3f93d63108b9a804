import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { isRefusal } from '@metermesh/decider';
import {
  connectionOf,
  isStaff,
  orThrow,
  pageOf,
  requireRole,
  UsagePointAccess,
  type Claims,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Controls, cursorOf, type ControlRow } from '../adapters/controls.table.ts';
import type { QueryEndDeviceControlsArgs } from './generated/schema.ts';

@Resolver('EndDeviceControl')
export class EndDeviceControlResolver {
  constructor(
    private readonly controls: Controls,
    private readonly access: UsagePointAccess,
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
  failure(@Parent() { failureCode, failureMessage }: ControlRow) {
    return failureCode && { code: failureCode, message: failureMessage };
  }

  /** Null for what is not there and for what the caller may not see. */
  private async visible(id: string, claims: Claims): Promise<ControlRow | undefined> {
    const control = (await this.controls.byId([id])).get(id);
    if (!control || isStaff(claims)) return control;
    return isRefusal(await this.access.windows(claims, control.usagePointId)) ? undefined : control;
  }
}

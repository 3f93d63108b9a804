import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { CustomerRegisteredSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Customers } from '../adapters/customers.table.ts';
import { customerDecider } from '../domain/customer.decider.ts';
import type { RegisterCustomerInput } from './generated/schema.ts';

@Resolver()
export class RegisterCustomerMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly customers: Customers,
  ) {}

  @Mutation()
  async registerCustomer(
    @Args('input') input: RegisterCustomerInput,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const id = input.id ?? randomUUID();
    const registered = create(CustomerRegisteredSchema, {
      customerId: id,
      name: input.name,
      email: input.email ?? '',
      language: input.language ?? 'en',
    });
    const stream = streamName('customer', id);
    const { position } = orThrow(
      await this.commands.execute(customerDecider, stream, registered, onBehalfOf(claims)),
    );
    await this.projections.reach(position);
    return this.customers.get(id);
  }
}

import { applyDecorators, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { factPattern } from '@metermesh/contracts';
import { PassOn } from './pass-on.ts';

/** Transport of handlers that only the JetStream strategy serves. */
export const JETSTREAM = Symbol('jetstream');

export interface OnFactOptions {
  /**
   * One durable consumer for each partition of the subject instead of one for all: facts of different keys are then
   * handled concurrently, over all replicas, and a fact that fails holds up its own partition only. The order of one
   * key's facts is kept either way.
   */
  byPartition?: boolean;
}

/**
 * Handles every fact of one kind, at least once and in order: `@OnFact('ingestion', 'load-profile-validated')`, or with
 * the protobuf type name. The method receives the {@link Fact}; when its promise resolves the fact is acknowledged, so it
 * must have committed by then. What it throws is tried again after a pause, and finally set aside as a dead letter.
 */
export function OnFact(service: string, event: string, options: OnFactOptions = {}): MethodDecorator {
  return applyDecorators(
    EventPattern(factPattern(service, event), JETSTREAM, { ...options }) as MethodDecorator,
    UseFilters(new PassOn()),
  );
}

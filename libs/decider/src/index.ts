export * from './decider.ts';
export * from './identifier.ts';
export * from './refusal.ts';
export * from './specification.ts';

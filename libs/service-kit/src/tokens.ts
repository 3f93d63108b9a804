/** Injection tokens of what the kit provides to every service. */
export const EVENT_STORE = Symbol('EVENT_STORE');
export const NATS = Symbol('NATS');
export const ENVIRONMENT = Symbol('ENVIRONMENT');
export const SERVICE_NAME = Symbol('SERVICE_NAME');
export const CLAIMS_VERIFIER = Symbol('CLAIMS_VERIFIER');

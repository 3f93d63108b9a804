export * from './device-address.ts';
export * from './device-event.ts';
export * from './load-profile.ts';
export * from './local-day.ts';
export * from './local-day-cache.ts';
export * from './profile-day.ts';
export * from './quality.ts';
export * from './reading-type.ts';

import { describeEventStore } from './event-store.contract.ts';
import { InMemoryEventStore } from './in-memory-event-store.ts';

describeEventStore('the in-memory event store', async () => ({
  store: new InMemoryEventStore(),
  seesIdsOfOtherStreams: true,
  stop: async () => {},
}));

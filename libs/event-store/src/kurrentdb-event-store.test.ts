import { describe, it } from '@jest/globals';
import { describeEventStore } from './event-store.contract.ts';
import { KurrentDbEventStore } from './kurrentdb-event-store.ts';

const url = process.env['KURRENTDB_URL'];

if (url) {
  describeEventStore('the KurrentDB event store', async () => ({
    store: await KurrentDbEventStore.connect(url),
    seesIdsOfOtherStreams: false,
    stop: async () => {},
  }));
} else {
  describe.skip('the KurrentDB event store', () => {
    it('keeps the contract of event stores (set KURRENTDB_URL to a server to run it)', () => {});
  });
}

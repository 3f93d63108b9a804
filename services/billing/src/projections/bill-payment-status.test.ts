import { expect, it } from '@jest/globals';
import { billPaymentStatus } from './bill-payment-status.ts';

const bill = { open: '100', settled: '0', writtenOff: '0', isCancelled: false, dueOn: '2026-11-25' };

it.each([
  ['OPEN', {}, '2026-11-25'],
  ['PARTLY_PAID', { open: '40', settled: '60' }, '2026-11-25'],
  ['OVERDUE', {}, '2026-11-26'],
  ['OVERDUE', { open: '40', settled: '60' }, '2026-11-26'],
  ['PAID', { open: '0', settled: '100' }, '2026-11-26'],
  ['PAID', { open: '-20' }, '2026-11-20'],
  ['WRITTEN_OFF', { open: '0', writtenOff: '100' }, '2026-11-26'],
  ['CANCELLED', { open: '0', isCancelled: true }, '2026-11-26'],
])('a bill is %s with %j on %s', (status, over, today) => {
  expect(billPaymentStatus({ ...bill, ...over }, today)).toBe(status);
});

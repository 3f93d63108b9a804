import { describe, expect, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { CustomerRegisteredSchema, type CustomerRegistered } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { customerDecider } from './customer.decider.ts';

const { given } = specify(customerDecider);
const kim = (change: Partial<CustomerRegistered> = {}) =>
  create(CustomerRegisteredSchema, {
    customerId: 'C-1',
    name: 'Kim Minji',
    email: 'minji@example.org',
    language: 'ko-KR',
    ...change,
  });

describe('registering a customer', () => {
  it('records it, and a repeat does nothing', () => {
    given().when(kim()).then(kim());
    given(kim()).when(kim()).thenNothing();
  });
  it('does without an e-mail address', () => {
    given()
      .when(kim({ email: '' }))
      .then(kim({ email: '' }));
  });
  it('is refused where the identifier is taken by another one', () => {
    given(kim())
      .when(kim({ name: 'Lee Jun' }))
      .thenRefused('CUSTOMER_EXISTS');
  });
  it.each([
    ['IDENTIFIER_INVALID', { customerId: 'C 1' }],
    ['NAME_INVALID', { name: ' ' }],
    ['NAME_INVALID', { name: 'x'.repeat(201) }],
    ['EMAIL_INVALID', { email: 'minji' }],
    ['EMAIL_INVALID', { email: 'min ji@example.org' }],
    ['LANGUAGE_INVALID', { language: 'korean language' }],
    ['LANGUAGE_INVALID', { language: '' }],
  ])('is refused with %s for %j', (code, change) => {
    given().when(kim(change)).thenRefused(code);
  });
  it('never repeats personal data in a refusal', () => {
    for (const change of [{ email: 'secret-address' }, { name: 'secret'.repeat(50) }]) {
      expect(customerDecider.decide(kim(change), undefined)).toMatchObject({
        message: expect.not.stringMatching(/secret/),
      });
    }
  });
});

import { describe, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { ConcentratorRegisteredSchema } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { concentratorDecider } from './concentrator.decider.ts';

const { given } = specify(concentratorDecider);
const aConcentrator = (change = {}) =>
  create(ConcentratorRegisteredSchema, {
    concentratorId: 'DC-1',
    manufacturer: 'Acme',
    networkAddress: '10.1.0.1',
    ...change,
  });

describe('registering a concentrator', () => {
  it('records it, and a repeat does nothing', () => {
    given().when(aConcentrator()).then(aConcentrator());
    given(aConcentrator()).when(aConcentrator()).thenNothing();
  });
  it('is refused where the identifier is taken by another one', () => {
    given(aConcentrator())
      .when(aConcentrator({ networkAddress: '10.1.0.2' }))
      .thenRefused('CONCENTRATOR_EXISTS');
  });
  it('is refused where particulars are missing', () => {
    given()
      .when(aConcentrator({ concentratorId: '' }))
      .thenRefused('IDENTIFIER_INVALID');
    given()
      .when(aConcentrator({ manufacturer: '' }))
      .thenRefused('TEXT_INVALID');
    given()
      .when(aConcentrator({ networkAddress: '' }))
      .thenRefused('TEXT_INVALID');
  });
});

import { describe, it } from '@jest/globals';
import { ServiceKind, type MeterInstalled } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { aUsagePoint, installation, now, removal } from './device-registry.examples.ts';
import { usagePointDecider, type UsagePointCommand } from './usage-point.decider.ts';

const { given } = specify(usagePointDecider);
const register = (change = {}): UsagePointCommand => ({ type: 'register', usagePoint: aUsagePoint(change) });
const arrival = (installed: MeterInstalled, meterServiceKind: ServiceKind = ServiceKind.ELECTRICITY) => ({
  installed,
  meterServiceKind,
  now,
});
const install = (...args: Parameters<typeof arrival>): UsagePointCommand => ({
  type: 'install',
  ...arrival(...args),
});
const remove = (removed = removal(20)): UsagePointCommand => ({ type: 'remove', removed, now });
const exchange = (
  departing = removal(20),
  coming = installation(20, { serialNumber: 'M-2' }),
): UsagePointCommand => ({
  type: 'exchange',
  departure: { removed: departing, now },
  arrival: arrival(coming),
});

describe('registering a usage point', () => {
  it('records it', () => {
    given().when(register()).then(aUsagePoint());
  });
  it('does nothing where it is a repeat', () => {
    given(aUsagePoint()).when(register()).thenNothing();
  });
  it('is refused where the identifier is taken by another one', () => {
    given(aUsagePoint())
      .when(register({ address: 'Elsewhere 2' }))
      .thenRefused('USAGE_POINT_EXISTS');
  });
  it('is refused in a time zone that does not exist', () => {
    given()
      .when(register({ timeZone: 'Asia/Atlantis' }))
      .thenRefused('TIME_ZONE_UNKNOWN');
    given()
      .when(register({ timeZone: '' }))
      .thenRefused('TIME_ZONE_UNKNOWN');
  });
  it('is refused without a usable identifier or address', () => {
    given()
      .when(register({ usagePointId: '' }))
      .thenRefused('IDENTIFIER_INVALID');
    given()
      .when(register({ usagePointId: 'a b' }))
      .thenRefused('IDENTIFIER_INVALID');
    given()
      .when(register({ address: ' ' }))
      .thenRefused('TEXT_INVALID');
  });
});

describe('installing a meter at a usage point', () => {
  it('records it', () => {
    given(aUsagePoint())
      .when(install(installation(1)))
      .then(installation(1));
  });
  it('does nothing where it is a repeat, even after the meter has gone', () => {
    given(aUsagePoint(), installation(1))
      .when(install(installation(1)))
      .thenNothing();
    given(aUsagePoint(), installation(1), removal(20))
      .when(install(installation(1)))
      .thenNothing();
  });
  it('is refused where the usage point is not known', () => {
    given()
      .when(install(installation(1)))
      .thenRefused('USAGE_POINT_NOT_FOUND');
  });
  it('is refused where the meter measures another service', () => {
    given(aUsagePoint())
      .when(install(installation(1), ServiceKind.GAS))
      .thenRefused('SERVICE_KIND_MISMATCH');
  });
  it('is fine for a sensor at a place of any service kind', () => {
    const sensor = installation(5, { serialNumber: 'S-1', readingTypes: ['temperature'] });
    for (const serviceKind of [ServiceKind.GAS, ServiceKind.ELECTRICITY, ServiceKind.ENVIRONMENT]) {
      given(aUsagePoint({ serviceKind })).when(install(sensor, ServiceKind.ENVIRONMENT)).then(sensor);
    }
  });
  it('takes sub-meters beside the mains, each under a name of its own', () => {
    const plug = (serialNumber: string, submeter: string) =>
      installation(5, { serialNumber, submeter, readingTypes: [`active-energy-import:${submeter}`] });
    const mains = [aUsagePoint(), installation(1)];
    given(...mains)
      .when(install(plug('P-1', 'refrigerator')))
      .then(plug('P-1', 'refrigerator'));
    given(...mains, plug('P-1', 'refrigerator'))
      .when(install(plug('P-2', '냉장고')))
      .then(plug('P-2', '냉장고'));
    given(...mains, plug('P-1', 'refrigerator'))
      .when(install(plug('P-2', 'refrigerator')))
      .thenRefused('CHANNEL_ALREADY_MEASURED');
    given(...mains)
      .when(install(plug('P-1', 'a:b')))
      .thenRefused('SUBMETER_NAME_INVALID');
    given(...mains)
      .when(install(plug('P-1', 'gas'), ServiceKind.GAS))
      .thenRefused('SERVICE_KIND_MISMATCH');
  });
  it('is refused while another meter measures the same there', () => {
    given(aUsagePoint(), installation(1))
      .when(install(installation(5, { serialNumber: 'M-2' })))
      .thenRefused('CHANNEL_ALREADY_MEASURED');
  });
  it('is fine beside a meter that measures something else', () => {
    const exportMeter = installation(5, { serialNumber: 'M-2', readingTypes: ['active-energy-export'] });
    given(aUsagePoint(), installation(1)).when(install(exportMeter)).then(exportMeter);
  });
  it('is refused before the meter that measured the same had gone, and fine from that instant on', () => {
    const history = [aUsagePoint(), installation(1), removal(20)];
    given(...history)
      .when(install(installation(19, { serialNumber: 'M-2' })))
      .thenRefused('INSTALLATION_OVERLAPS');
    const next = installation(20, { serialNumber: 'M-2' });
    given(...history)
      .when(install(next))
      .then(next);
  });
  it('is refused where it has not happened yet', () => {
    given(aUsagePoint())
      .when(install(installation(33)))
      .thenRefused('INSTANT_IN_FUTURE');
  });
});

describe('removing a meter from a usage point', () => {
  it('records it', () => {
    given(aUsagePoint(), installation(1)).when(remove()).then(removal(20));
  });
  it('does nothing where it is a repeat', () => {
    given(aUsagePoint(), installation(1), removal(20)).when(remove()).thenNothing();
  });
  it('is refused where the meter is not there', () => {
    given(aUsagePoint()).when(remove()).thenRefused('METER_NOT_INSTALLED');
    given(aUsagePoint(), installation(1), removal(20))
      .when(remove(removal(21)))
      .thenRefused('METER_NOT_INSTALLED');
    given(aUsagePoint(), installation(1))
      .when(remove(removal(20, { serialNumber: 'M-2' })))
      .thenRefused('METER_NOT_INSTALLED');
  });
  it('is refused before it was installed, or at the very instant', () => {
    given(aUsagePoint(), installation(10))
      .when(remove(removal(9)))
      .thenRefused('REMOVAL_BEFORE_INSTALLATION');
    given(aUsagePoint(), installation(10))
      .when(remove(removal(10)))
      .thenRefused('REMOVAL_BEFORE_INSTALLATION');
  });
  it('is refused where it has not happened yet, or the usage point is not known', () => {
    given(aUsagePoint(), installation(1))
      .when(remove(removal(33)))
      .thenRefused('INSTANT_IN_FUTURE');
    given().when(remove()).thenRefused('USAGE_POINT_NOT_FOUND');
  });
});

describe('exchanging a meter', () => {
  it('records removal and installation together', () => {
    given(aUsagePoint(), installation(1))
      .when(exchange())
      .then(removal(20), installation(20, { serialNumber: 'M-2' }));
  });
  it('does nothing where it is a repeat', () => {
    given(aUsagePoint(), installation(1), removal(20), installation(20, { serialNumber: 'M-2' }))
      .when(exchange())
      .thenNothing();
  });
  it('is refused as a whole where either half is', () => {
    given(aUsagePoint()).when(exchange()).thenRefused('METER_NOT_INSTALLED');
    given(aUsagePoint(), installation(1))
      .when(exchange(removal(20), installation(15, { serialNumber: 'M-2' })))
      .thenRefused('INSTALLATION_OVERLAPS');
  });
});

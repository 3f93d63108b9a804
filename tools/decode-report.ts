import {
  isDecodeError,
  scaleDecimal,
  storageOf,
  tariffOf,
  type DecodedLoadProfile,
  type DecodedMeasurement,
  type DecodedPush,
  type DecodeError,
} from '@metermesh/protocols';

/** The JSON that `decode` prints for a frame: load profiles become one measurement a value, at its interval's start. */
export function decodeReport(protocol: string | undefined, result: DecodedPush | DecodeError): object {
  if (isDecodeError(result)) {
    return { protocol, error: { code: result.code, message: result.message, offset: result.offset } };
  }
  const { device, time, invokeId, invocationCounter, authenticated, events, warnings } = result;
  return {
    protocol,
    device,
    time,
    invokeId,
    invocationCounter,
    authenticated,
    measurements: [
      ...result.measurements.map(reportMeasurement),
      ...result.loadProfiles.flatMap(reportProfile),
    ],
    events,
    warnings,
  };
}

function reportMeasurement(measurement: DecodedMeasurement): object {
  const { obis, code, quantity, value, unit, time, subunit, extreme } = measurement;
  const { storage = storageOf(obis), tariff = tariffOf(obis) } = measurement;
  return { obis, code, quantity, value, unit, time, storage, tariff, subunit, extreme };
}

function reportProfile(profile: DecodedLoadProfile): object[] {
  const { obis, quantity, unit, scaler, accumulation, intervalSeconds, statuses } = profile;
  const rows: object[] = [];
  profile.values.forEach((raw, index) => {
    if (Number.isNaN(raw)) return;
    rows.push({
      obis,
      quantity,
      value: scaleDecimal(raw, scaler),
      unit,
      time: new Date(profile.start + index * intervalSeconds * 1000).toISOString(),
      intervalSeconds,
      accumulation,
      status: statuses?.[index],
      storage: storageOf(obis),
      tariff: tariffOf(obis),
    });
  });
  return rows;
}

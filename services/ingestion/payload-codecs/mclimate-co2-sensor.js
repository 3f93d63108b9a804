// MClimate CO2 Sensor: periodic uplink (MClimate documentation, "Uplink decoder", command 0x01). Big-endian.

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes[0] !== 1 || bytes.length < 7)
    return { errors: ['only periodic uplinks (0x01, 7 octets) are known'] };
  return {
    data: {
      CO2: (bytes[1] << 8) | bytes[2],
      sensorTemperature: (((bytes[3] << 8) | bytes[4]) - 400) / 10,
      relativeHumidity: hundredths((bytes[5] * 100) / 256),
      batteryVoltage: hundredths((bytes[6] * 8 + 1600) / 1000),
    },
  };
}

function normalizeUplink(input) {
  var data = input.data;
  return {
    data: {
      air: { temperature: data.sensorTemperature, relativeHumidity: data.relativeHumidity, co2: data.CO2 },
      battery: data.batteryVoltage,
    },
  };
}

function hundredths(value) {
  return Math.round(value * 100) / 100;
}

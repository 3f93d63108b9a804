// B METERS HYDRODIGIT: water meter (HYDRODIGIT user manual 1.4.3, "Payload LoRaWAN"). Litres, little-endian; the
// temperature of the water in tenths of a degree, big-endian.

var APPLICATION = 0x45;
var alarms = ['leak', 'wrongInstallation', 'overflow', 'burst', 'reverseFlow', 'lowBattery'];

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes[0] !== APPLICATION || (bytes.length !== 9 && bytes.length !== 11)) {
    return { errors: ['a payload is 0x45 and 8 or 10 octets'] };
  }
  var data = {
    total: bytes[1] | (bytes[2] << 8) | (bytes[3] << 16) | ((bytes[4] >> 4) << 24),
    reverse: bytes[5] | (bytes[6] << 8) | (bytes[7] << 16) | ((bytes[4] & 0x0f) << 24),
    medium: bytes[8] & 0x80 ? 'hot water' : 'cold water',
  };
  alarms.forEach(function (name, bit) {
    data[name] = ((bytes[8] >> bit) & 1) === 1;
  });
  if (bytes.length === 11) data.temperature = ((((bytes[9] << 8) | bytes[10]) << 16) >> 16) / 10;
  return { data: data };
}

function normalizeUplink(input) {
  var data = input.data;
  var water = { leak: data.leak };
  if (data.temperature !== undefined) water.temperature = { current: data.temperature };
  return { data: { metering: { water: { total: data.total } }, water: water } };
}

// Milesight EM300-TH: temperature and humidity (EM300 series user guide, "Uplink Payload").
// Channel, type, value; little-endian.

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = {};
  for (var at = 0; at + 2 <= bytes.length;) {
    var type = (bytes[at] << 8) | bytes[at + 1];
    var value = at + 2;
    if (type === 0x0175) {
      data.battery = bytes[value];
      at = value + 1;
    } else if (type === 0x0367) {
      data.temperature = signed(bytes, value) / 10;
      at = value + 2;
    } else if (type === 0x0468) {
      data.humidity = bytes[value] / 2;
      at = value + 1;
    } else {
      return {
        data: data,
        warnings: ['channel ' + type.toString(16) + ' is not known, what follows is left out'],
      };
    }
  }
  return { data: data };
}

function normalizeUplink(input) {
  var air = {};
  if (input.data.temperature !== undefined) air.temperature = input.data.temperature;
  if (input.data.humidity !== undefined) air.relativeHumidity = input.data.humidity;
  return { data: { air: air } };
}

// { reportInterval: seconds }
function encodeDownlink(input) {
  var seconds = input.data.reportInterval;
  if (!(seconds >= 60 && seconds <= 64800)) return { errors: ['reportInterval is 60 to 64800 seconds'] };
  return { fPort: 85, bytes: [0xff, 0x03, seconds & 0xff, seconds >> 8] };
}

function decodeDownlink(input) {
  var bytes = input.bytes;
  if (bytes[0] !== 0xff || bytes[1] !== 0x03 || bytes.length !== 4) return { errors: ['no report interval'] };
  return { data: { reportInterval: bytes[2] | (bytes[3] << 8) } };
}

function signed(bytes, at) {
  return ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
}

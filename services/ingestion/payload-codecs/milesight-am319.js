// Milesight AM319: indoor climate, CO2 and particles (AM300 series user guide, "Uplink Payload").
// Channel, type, value; little-endian.

var channels = {
  '0175': { name: 'battery', size: 1 },
  '0367': { name: 'temperature', size: 2, signed: true, per: 10 },
  '0468': { name: 'humidity', size: 1, per: 2 },
  '0500': { name: 'pir', size: 1, words: ['idle', 'trigger'] },
  '06cb': { name: 'light_level', size: 1 },
  '077d': { name: 'co2', size: 2 },
  '087d': { name: 'tvoc', size: 2, per: 100 },
  '0973': { name: 'pressure', size: 2, per: 10 },
  '0a7d': { name: 'hcho', size: 2, per: 100 },
  '0b7d': { name: 'pm2_5', size: 2 },
  '0c7d': { name: 'pm10', size: 2 },
  '0d7d': { name: 'o3', size: 2, per: 100 },
  '0e01': { name: 'beep', size: 1, words: ['no', 'yes'] },
};

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = {};
  for (var at = 0; at + 2 <= bytes.length;) {
    var type = hex(bytes[at]) + hex(bytes[at + 1]);
    var channel = channels[type];
    if (!channel)
      return { data: data, warnings: ['channel ' + type + ' is not known, what follows is left out'] };
    data[channel.name] = valueAt(bytes, at + 2, channel);
    at += 2 + channel.size;
  }
  return { data: data };
}

function normalizeUplink(input) {
  var data = input.data;
  var air = {};
  if (data.temperature !== undefined) air.temperature = data.temperature;
  if (data.humidity !== undefined) air.relativeHumidity = data.humidity;
  if (data.co2 !== undefined) air.co2 = data.co2;
  if (data.pressure !== undefined) air.pressure = data.pressure;
  return { data: { air: air } };
}

function valueAt(bytes, at, channel) {
  var value = channel.size === 1 ? bytes[at] : bytes[at] | (bytes[at + 1] << 8);
  if (channel.signed) value = (value << 16) >> 16;
  if (channel.words) return channel.words[value] || 'unknown';
  return value / (channel.per || 1);
}

function hex(octet) {
  return (octet < 16 ? '0' : '') + octet.toString(16);
}

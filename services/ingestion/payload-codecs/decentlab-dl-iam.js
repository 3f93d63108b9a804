// Decentlab DL-IAM: indoor ambiance (DL-IAM datasheet, "Payload"). Version, device, which sensors are there, their words.

var sensors = [
  {
    words: 1,
    read: function (data, x) {
      data.battery_voltage = value('Battery voltage', x[0] / 1000, 'V');
    },
  },
  {
    words: 2,
    read: function (data, x) {
      data.air_temperature = value('Air temperature', (175 * x[0]) / 65535 - 45, '°C');
      data.air_humidity = value('Air humidity', (100 * x[1]) / 65535, '%');
    },
  },
  {
    words: 1,
    read: function (data, x) {
      data.barometric_pressure = value('Barometric pressure', x[0] * 2, 'Pa');
    },
  },
  {
    words: 2,
    read: function (data, x) {
      data.ambient_light_visible_infrared = value('Ambient light (visible + infrared)', x[0]);
      data.ambient_light_infrared = value('Ambient light (infrared)', x[1]);
      var lux = Math.max(x[0] - 1.64 * x[1], 0.59 * x[0] - 0.86 * x[1], 0) * 1.5504;
      data.illuminance = value('Illuminance', lux, 'lx');
    },
  },
  {
    words: 3,
    read: function (data, x) {
      data.co2_concentration = value('CO2 concentration', x[0] - 32768, 'ppm');
      data.co2_sensor_status = value('CO2 sensor status', x[1]);
      data.raw_ir_reading = value('Raw IR reading', x[2]);
    },
  },
  {
    words: 1,
    read: function (data, x) {
      data.activity_counter = value('Activity counter', x[0]);
    },
  },
  {
    words: 1,
    read: function (data, x) {
      data.total_voc = value('Total VOC', x[0], 'ppb');
    },
  },
];

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes[0] !== 2) return { errors: ['protocol version ' + bytes[0] + ' is not known'] };
  var data = { protocol_version: 2, device_id: word(bytes, 1) };
  var present = word(bytes, 3);
  var at = 5;
  for (var i = 0; i < sensors.length; i++) {
    if (!((present >> i) & 1)) continue;
    if (at + 2 * sensors[i].words > bytes.length) return { errors: ['the payload is cut short'] };
    var words = [];
    for (var n = 0; n < sensors[i].words; n++, at += 2) words.push(word(bytes, at));
    sensors[i].read(data, words);
  }
  return { data: data };
}

function value(name, number, unit) {
  var told = { displayName: name, value: number };
  if (unit) told.unit = unit;
  return told;
}

function word(bytes, at) {
  return (bytes[at] << 8) | bytes[at + 1];
}

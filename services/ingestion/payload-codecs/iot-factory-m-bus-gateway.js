// IoT Factory M-Bus gateway: single records (EN 13757-3) of the meters on its wire, each in a frame with time, serial number,
// medium (EN 13757-7, device types) and status. IoT Factory publishes the frames' layout in its decoder only. Little-endian.

var DEVICE_INFO = 0x000;
var MBUS = 0x016;
var media = [
  'Other',
  'Oil',
  'Electricity',
  'Gas',
  'Heat',
  'Steam',
  'Warm water',
  'Water',
  'Heat cost allocator',
];
var functions = ['instantaneous_value', 'maximum_value', 'minimum_value', 'value_during_error_state'];
var dataFields = {
  0: { type: 'no_data', octets: 0 },
  1: { type: 'int', octets: 1 },
  2: { type: 'int', octets: 2 },
  3: { type: 'int', octets: 3 },
  4: { type: 'int', octets: 4 },
  5: { type: 'real', octets: 4 },
  6: { type: 'int', octets: 6 },
  7: { type: 'int', octets: 8 },
  9: { type: 'bcd', octets: 1 },
  10: { type: 'bcd', octets: 2 },
  11: { type: 'bcd', octets: 3 },
  12: { type: 'bcd', octets: 4 },
  14: { type: 'bcd', octets: 6 },
};
// First VIF of eight or of four → unit and its power of ten there, and what it is of.
var eights = {
  0x00: ['Wh', -3, 'energy'],
  0x08: ['J', 0, 'energy'],
  0x10: ['m3', -6, 'volume'],
  0x18: ['kg', -3, 'mass'],
  0x28: ['W', -3, 'power'],
  0x30: ['J/h', 0, 'power'],
  0x38: ['m3/h', -6, 'volume_flow'],
};
var fours = {
  0x58: ['C', -3, 'flow_temperature'],
  0x5c: ['C', -3, 'return_temperature'],
  0x60: ['K', -3, 'temperature_difference'],
  0x64: ['C', -3, 'external_temperature'],
  0x68: ['bar', -3, 'pressure'],
};

function decodeUplink(input) {
  if (input.fPort !== 10) return { errors: ['unknown FPort'] };
  var bytes = input.bytes;
  var reader = { bytes: bytes, at: 0 };
  try {
    return { data: readMessage(reader), errors: [], warnings: [] };
  } catch (error) {
    return { errors: [error.message + ' (octet ' + reader.at + ')'] };
  }
}

function readMessage(reader) {
  var power = number(reader, 1);
  var protocol = number(reader, 1);
  var data = {
    type_power: power & 1 ? 'external' : 'battery',
    battery_pct: power >> 1,
    version_protocol: (protocol >> 1) & 7,
  };
  if (protocol & 0x01) data.sn = number(reader, 4);
  if (protocol & 0x10) data.payload_size = number(reader, 2);
  data.frames = [];
  while (reader.at + 2 <= reader.bytes.length) {
    var header = number(reader, 2);
    var type = header & 0x0fff;
    if (type !== MBUS && type !== DEVICE_INFO) throw new Error('frame type ' + type + ' is not known');
    data.frames.push(type === MBUS ? readMeter(reader, header >> 12) : readInfo(reader, header >> 12));
  }
  data.status_decode = true;
  return data;
}

function readInfo(reader, reason) {
  var frame = { type: 'device_info', reason: ['boot', 'result_request'][reason] || 'unknown' };
  readTime(reader, frame);
  frame.model_id = number(reader, 2);
  var version = number(reader, 1);
  frame.version = (version & 0x0f) + '.' + (version >> 4);
  return frame;
}

function readMeter(reader, reason) {
  var frame = { type: 'MBUS', reason: ['regular', 'alarm'][reason] || 'unknown' };
  readTime(reader, frame);
  take(reader, 1); // the control field of the meter's answer
  frame.meter_serial_number = digits(take(reader, 4));
  frame.medium = media[number(reader, 1)] || 'Unknown';
  // The words are the gateway's own, with their misspelling.
  frame.status =
    ['no_error', 'application_buse', 'any_application_error'][number(reader, 1) & 3] || 'unknown';
  var dif = chain(reader);
  var vif = chain(reader);
  var field = dataFields[dif[0] & 0x0f];
  if (!field) throw new Error('data of variable length is not known');
  frame.dif = {
    raw: dif[0],
    extension_bit: dif[0] >> 7,
    lsb_storage_number: (dif[0] >> 6) & 1,
    function_field: (dif[0] >> 4) & 3,
    function_field_desc: functions[(dif[0] >> 4) & 3],
    type: field.type,
    countByte: field.octets,
  };
  frame.vif = { raw: vif[0], extension_bit: vif[0] >> 7, value: vif[0] & 0x7f };
  // With extensions it would be of something else.
  var units = vif.length === 1 ? unitsOf(vif[0]) : undefined;
  if (units) frame.vif.data = frame.units = units;
  frame.measurement = readValue(take(reader, field.octets), field, units, frame.dif.function_field_desc);
  return frame;
}

function readTime(reader, frame) {
  frame.frame_unixtime = number(reader, 4);
  frame.frame_isotime = new Date(frame.frame_unixtime * 1000).toISOString();
}

function unitsOf(vif) {
  var found = fours[vif & 0x7c];
  var step = found ? vif & 3 : vif & 7;
  found = found || eights[vif & 0x78];
  return found && [vif, Math.pow(10, found[1] + step), found[0], found[2]];
}

function readValue(octets, field, units, dataType) {
  if (field.type === 'no_data') return { value_raw: 'no_data' };
  var measurement = {
    raw: octets,
    value_raw: { int: signed, bcd: decimal, real: float }[field.type](octets),
  };
  if (units && typeof measurement.value_raw === 'number') {
    measurement.value = measurement.value_raw * units[1];
    measurement.unit = units[2];
    measurement.desc = units[3];
    measurement.dataType = dataType;
  }
  return measurement;
}

function take(reader, octets) {
  if (reader.at + octets > reader.bytes.length) throw new Error('the payload is cut short');
  reader.at += octets;
  return reader.bytes.slice(reader.at - octets, reader.at);
}

function chain(reader) {
  var octets = take(reader, 1);
  while (octets[octets.length - 1] & 0x80) octets = octets.concat(take(reader, 1));
  return octets;
}

function number(reader, octets) {
  return unsigned(take(reader, octets));
}

function unsigned(octets) {
  return octets.reduceRight(function (value, octet) {
    return value * 256 + octet;
  }, 0);
}

function signed(octets) {
  var sign = Math.pow(2, 8 * octets.length - 1);
  var value = unsigned(octets);
  return value >= sign ? value - 2 * sign : value;
}

function float(octets) {
  return new DataView(new Uint8Array(octets).buffer).getFloat32(0, true);
}

// Digits that are none tell an error: kept as they are.
function decimal(octets) {
  var text = digits(octets);
  return /^\d+$/.test(text) ? Number(text) : text;
}

function digits(octets) {
  return octets.reduceRight(function (text, octet) {
    return text + (octet < 16 ? '0' : '') + octet.toString(16);
  }, '');
}

// An uplink has one address, and so tells the readings of one meter: of several it cannot be said which is meant.
function normalizeUplink(input) {
  var frames = input.data.frames.filter(function (frame) {
    return frame.type === 'MBUS';
  });
  var isOne = frames.every(function (frame) {
    return frame.meter_serial_number === frames[0].meter_serial_number;
  });
  return {
    data: frames.map(function (frame) {
      return (isOne && named(frame)) || unnamed(frame);
    }),
    warnings: isOne
      ? []
      : ['the uplink tells of several meters: none of them is taken for the one at this address'],
  };
}

function named(frame) {
  var value = frame.measurement.value;
  var isCurrent = (frame.dif.raw & 0xf0) === 0 && value !== undefined;
  var kind = isCurrent && frame.medium + ' ' + frame.units[2];
  if (kind === 'Electricity Wh') {
    return { time: frame.frame_isotime, active_energy_import: { value: value, unit: 'Wh' } };
  }
  if (kind === 'Electricity W')
    return { time: frame.frame_isotime, active_power: { value: value, unit: 'W' } };
  if (kind === 'Water m3') return { time: frame.frame_isotime, metering: { water: { total: value * 1000 } } };
  if (kind === 'Gas m3') return { time: frame.frame_isotime, metering: { gas: { total: value * 1000 } } };
  return undefined;
}

function unnamed(frame) {
  var measurement = frame.measurement;
  var value = measurement.value === undefined ? measurement.value_raw : measurement.value;
  var element = { time: frame.frame_isotime };
  element[frame.meter_serial_number + ' ' + frame.medium + ' ' + digits([frame.vif.raw, frame.dif.raw])] = {
    value: String(value),
    unit: measurement.unit || '',
  };
  return element;
}

// ACRIOS ACR-CV-101L-M: M-Bus meters over LoRaWAN (ACRIOS, "M-Bus to LoRaWAN - Integration manual"). Number and count of the
// parts, then the meter's answer as it stood on the wire: a long frame (EN 13757-2) with the fixed data structure of old
// meters (EN 1434-3; "The M-Bus: A Documentation", 6.2) or the variable one (EN 13757-3).

var START = 0x68;
var STOP = 0x16;
var FIXED = 0x73;
var VARIABLE = 0x72;
var media = [
  'Other',
  'Oil meter',
  'Electricity meter',
  'Gas meter',
  'Heat meter',
  'Steam meter',
  'Hot water meter',
  'Water meter',
  'Heat Cost Allocator',
];
var HEAT = 4;
var functions = ['Instantaneous', 'Maximum', 'Minimum', 'During error state'];
var troubles = { 2: 'Power Low', 3: 'Permanent Error', 4: 'Temporary Error' };

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes[0] !== 1 || bytes[1] !== 1)
    return { errors: ['part ' + bytes[0] + ' of ' + bytes[1] + ': only frames in one part are read'] };
  try {
    return { data: readFrame(bytes.slice(2)), errors: [], warnings: [] };
  } catch (error) {
    return { errors: [error.message] };
  }
}

function readFrame(frame) {
  var length = frame[1];
  if (frame[0] !== START || frame[3] !== START || frame[2] !== length)
    throw new Error('no long frame of M-Bus');
  if (frame.length !== length + 6 || frame[length + 5] !== STOP)
    throw new Error('the frame has not the length that it says');
  if (sumOf(frame.slice(4, length + 4)) !== frame[length + 4])
    throw new Error('the checksum of the frame is wrong');
  var body = frame.slice(7, length + 4);
  var data = {
    type: 'Data',
    len: frame.length,
    l: length,
    c: frame[4],
    a: frame[5],
    ci: frame[6],
    errors: [],
  };
  if (data.ci === FIXED) readFixed(data, body);
  else if (data.ci === VARIABLE) readVariable(data, body);
  else throw new Error('CI field ' + data.ci + ' is not read');
  var heat = data.deviceCode === HEAT ? heatOf(data) : {};
  if (Object.keys(heat).length > 0) data.heat = heat;
  return data;
}

function sumOf(octets) {
  return octets.reduce(function (sum, octet) {
    return (sum + octet) & 0xff;
  }, 0);
}

function readStatus(data, status) {
  data.status = status;
  Object.keys(troubles).forEach(function (bit) {
    if ((status >> bit) & 1) data.errors.push(troubles[bit]);
  });
}

// ---- fixed data structure

function readFixed(data, body) {
  if (body.length !== 16) throw new Error('a fixed data structure has 16 octets');
  data.fixed = true;
  data.id = decimal(body.slice(0, 4));
  data.accessN = body[4];
  readStatus(data, body[5]);
  data.cStored = body[5] & 2 ? 'At fixed date' : 'Actual';
  data.deviceCode = (body[6] >> 6) | ((body[7] >> 4) & 0x0c);
  data.deviceType = media[data.deviceCode] || 'Unknown device type';
  var read = body[5] & 1 ? signed : decimal;
  var first = fixedUnit(body[6] & 0x3f);
  // The second counter may be the first one's, of a day that is past.
  var isHistory = (body[7] & 0x3f) === 0x3e;
  var second = isHistory ? first : fixedUnit(body[7] & 0x3f);
  data.data = [
    fixedCounter(0, 0, first, read(body.slice(8, 12))),
    fixedCounter(1, isHistory ? 1 : 0, second, read(body.slice(12, 16))),
  ];
}

function fixedCounter(id, storage, unit, value) {
  return {
    id: id,
    func: 'Instantaneous',
    storage: storage,
    unit: unit.symbol,
    value: typeof value === 'number' ? scaled(value, unit.power) : value,
  };
}

// Three steps of ten for each unit.
function fixedUnit(code) {
  var symbols = [
    'Wh',
    'kWh',
    'MWh',
    'kJ',
    'MJ',
    'GJ',
    'W',
    'kW',
    'MW',
    'kJ/h',
    'MJ/h',
    'GJ/h',
    'ml',
    'l',
    'm³',
    'ml/h',
    'l/h',
    'm³/h',
  ];
  if (code === 0x38) return { symbol: '°C', power: -3 };
  if (code >= 0x02 && code < 0x38)
    return { symbol: symbols[Math.floor((code - 2) / 3)], power: (code - 2) % 3 };
  return { symbol: '', power: 0 };
}

// ---- variable data structure

var dataFields = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 6, 7: 8, 9: 1, 10: 2, 11: 3, 12: 4, 14: 6 };
var REAL = 5;
var IDLE_FILLER = 0x2f;
// First VIF of eight or of four → what it is of, its unit and the power of ten there.
var eights = {
  0x00: ['Energy', 'Wh', -3],
  0x08: ['Energy', 'J', 0],
  0x10: ['Volume', 'm³', -6],
  0x18: ['Mass', 'kg', -3],
  0x28: ['Power', 'W', -3],
  0x30: ['Power', 'J/h', 0],
  0x38: ['Volume Flow', 'm³/h', -6],
};
var fours = {
  0x58: ['Flow Temperature', '°C', -3],
  0x5c: ['Return Temperature', '°C', -3],
  0x60: ['Temperature Difference', 'K', -3],
  0x64: ['External Temperature', '°C', -3],
  0x68: ['Pressure', 'bar', -3],
};

function readVariable(data, body) {
  if (body.length < 12) throw new Error('a variable data structure has a header of 12 octets');
  if ((body[11] & 0x1f) !== 0) throw new Error('the records are encrypted');
  data.fixed = false;
  data.id = decimal(body.slice(0, 4));
  data.manId = manufacturer(body[4] | (body[5] << 8));
  data.version = body[6];
  data.deviceCode = body[7];
  data.deviceType = media[body[7]] || 'Unknown device type';
  data.accessN = body[8];
  readStatus(data, body[9]);
  data.data = [];
  for (var at = 12; at < body.length;) {
    if (body[at] === IDLE_FILLER) at++;
    // What the manufacturer says in his own way, to the end.
    else if ((body[at] & 0x0f) === 0x0f) break;
    else at = readRecord(body, at, data.data);
  }
}

function readRecord(body, start, records) {
  var dif = chain(body, start);
  var vif = chain(body, start + dif.length);
  var at = start + dif.length + vif.length;
  var field = dif[0] & 0x0f;
  // Text comes with its length before it.
  var size = field === 0x0d ? 1 + body[at] : field === 0 ? 0 : dataFields[field];
  if (size === undefined || !(at + size <= body.length))
    throw new Error('a record is cut short or not known');
  var octets = body.slice(at, at + size);
  var record = {
    id: records.length,
    func: functions[(dif[0] >> 4) & 3],
    storage: (dif[0] >> 6) & 1,
    tariff: 0,
    device: 0,
  };
  for (var n = 1; n < dif.length; n++) {
    record.storage += (dif[n] & 0x0f) * Math.pow(2, 4 * n - 3);
    record.tariff += ((dif[n] >> 4) & 3) * Math.pow(4, n - 1);
    record.device += ((dif[n] >> 6) & 1) * Math.pow(2, n - 1);
  }
  var meaning = vif.length === 1 ? meaningOf(vif[0]) : undefined;
  if (meaning && field !== 0 && field !== 0x0d) {
    var value = field === REAL ? float(octets) : field > 8 ? decimal(octets) : signed(octets);
    record.type = meaning.type;
    record.unit = meaning.unit;
    record.value = typeof value === 'number' ? scaled(value, meaning.power) : value;
  } else {
    record.type = 'VIF ' + digits(vif.slice().reverse());
    record.value = digits(octets);
  }
  records.push(record);
  return at + size;
}

function meaningOf(vif) {
  var found = fours[vif & 0x7c];
  var step = found ? vif & 3 : vif & 7;
  found = found || eights[vif & 0x78];
  return found && { type: found[0], unit: found[1], power: found[2] + step };
}

// Octets of a chain of extensions: bit 7 says that another follows.
function chain(bytes, start) {
  var at = start;
  while (bytes[at] & 0x80) at++;
  return bytes.slice(start, at + 1);
}

function manufacturer(code) {
  return String.fromCharCode(64 + ((code >> 10) & 31), 64 + ((code >> 5) & 31), 64 + (code & 31));
}

// ---- numbers, lowest octet first

// A quotient of whole numbers is the decimal that is meant; a product with 0.01 is not.
function scaled(value, power) {
  return power < 0 ? value / Math.pow(10, -power) : value * Math.pow(10, power);
}

function signed(octets) {
  var value = octets.reduceRight(function (sum, octet) {
    return sum * 256 + octet;
  }, 0);
  var sign = Math.pow(2, 8 * octets.length - 1);
  return value >= sign ? value - 2 * sign : value;
}

function float(octets) {
  return new DataView(new Uint8Array(octets).buffer).getFloat32(0, true);
}

// F in front is a minus; any other digit that is none tells an error, and is kept as it is.
function decimal(octets) {
  var text = digits(octets);
  if (/^\d+$/.test(text)) return Number(text);
  return /^f\d+$/.test(text) ? -Number(text.slice(1)) : text;
}

function digits(octets) {
  return octets.reduceRight(function (text, octet) {
    return text + (octet < 16 ? '0' : '') + octet.toString(16);
  }, '');
}

// ---- what the values mean

// Units of energy in Wh, and of volume in litres.
var wattHours = { Wh: 1, kWh: 1e3, MWh: 1e6, J: 1 / 3600, kJ: 1 / 3.6, MJ: 1e3 / 3.6, GJ: 1e6 / 3.6 };
var litres = { ml: 1e-3, l: 1, 'm³': 1e3 };

function isCurrent(data, record) {
  var isTotal = record.storage === 0 && !record.tariff && !record.device;
  return (
    isTotal &&
    record.func === 'Instantaneous' &&
    data.cStored !== 'At fixed date' &&
    typeof record.value === 'number'
  );
}

// For the mapping: `normalizeUplink` has no words for heat.
function heatOf(data) {
  var heat = {};
  data.data.forEach(function (record) {
    if (!isCurrent(data, record)) return;
    if (wattHours[record.unit])
      heat.energy = { value: Math.round(record.value * wattHours[record.unit]), unit: 'Wh' };
    if (litres[record.unit]) heat.volume = { value: record.value * litres[record.unit], unit: 'l' };
  });
  return heat;
}

function normalizeUplink(input) {
  var data = input.data;
  return {
    data: data.data
      .filter(function (record) {
        return !(data.heat && isCurrent(data, record) && (wattHours[record.unit] || litres[record.unit]));
      })
      .map(function (record) {
        return (isCurrent(data, record) && named(data.deviceCode, record)) || unnamed(record);
      }),
  };
}

function named(deviceCode, record) {
  var volume = litres[record.unit] && record.value * litres[record.unit];
  if ((deviceCode === 6 || deviceCode === 7) && litres[record.unit])
    return { metering: { water: { total: volume } } };
  if (deviceCode === 3 && litres[record.unit]) return { metering: { gas: { total: volume } } };
  if (deviceCode !== 2) return undefined;
  if (wattHours[record.unit])
    return { active_energy_import: { value: record.value * wattHours[record.unit], unit: 'Wh' } };
  return record.unit === 'W' ? { active_power: { value: record.value, unit: 'W' } } : undefined;
}

// As text, so that a past value is not taken for the one that stands.
function unnamed(record) {
  var element = {};
  var name = [record.type || 'counter', 'storage', record.storage, 'tariff', record.tariff || 0, record.func];
  element[name.join(' ')] = { value: String(record.value), unit: record.unit || '' };
  return element;
}

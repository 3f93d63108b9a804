// Sensus iPERL over LoRaWAN: an OMS message without link layer (OMS specification, vol. 2; EN 13757-7, 7.5: short header;
// EN 13757-3: records and, in annex F, inverse compact profiles). Volume, its time, and the hours before it as differences.
// What Sensus's own decoder calls its fields is kept; times without a zone are taken as UTC, as there.

var SHORT_HEADER = 0x7a;
var IDLE_FILLER = 0x2f;
var VOLUME = 0x13 >> 3;
var DATE_TIME = 0x6d;
var INVERSE_COMPACT_PROFILE = 0x13;
var secondsOfUnit = [1, 60, 3600, 86400];
var octetsOf = { 1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 7: 8, 9: 1, 10: 2, 11: 3, 12: 4, 14: 6 };
var alarmNames = {
  2: 'LOW_BATTERY',
  3: 'PERMANENT_ERROR',
  4: 'TEMPORARY_ERROR',
  5: 'ALARM_5',
  6: 'ALARM_6',
  7: 'ALARM_7',
};

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes[0] !== SHORT_HEADER || bytes.length < 5)
    return { errors: ['a payload is 0x7A and a short header'] };
  if ((bytes[4] & 0x1f) !== 0) return { errors: ['the payload is encrypted'] };
  var records = [];
  for (var at = 5; at < bytes.length;) {
    if (bytes[at] === IDLE_FILLER) at++;
    else {
      var read = readRecord(bytes, at, records);
      if (read.error) return { errors: [read.error + ' at octet ' + at] };
      records.push(read.record);
      at = read.end;
    }
  }
  return {
    data: {
      accessNo: bytes[1],
      alarms: Object.keys(alarmNames)
        .filter(function (bit) {
          return (bytes[2] >> bit) & 1;
        })
        .map(function (bit) {
          return alarmNames[bit];
        }),
      config: bytes[3] | (bytes[4] << 8),
      device: null,
      identificationNo: null,
      manufacturer: null,
      manufacturerCode: null,
      records: records,
      status: bytes[2],
      version: null,
    },
  };
}

function readRecord(bytes, start, before) {
  var dif = chain(bytes, start);
  var vif = chain(bytes, start + dif.length);
  var at = start + dif.length + vif.length;
  var field = dif[0] & 0x0f;
  var size = field === 0x0d ? 1 + bytes[at] : octetsOf[field];
  if (dif.length > 2 || vif.length > 2 || size === undefined) return { error: 'a record that is not known' };
  if (!(at + size <= bytes.length)) return { error: 'a record that is cut short' };
  var octets = bytes.slice(at, at + size);
  var record = emptyRecord(dif, vif[0] & 0x7f);
  var isProfile = field === 0x0d;
  if (isProfile && vif[1] !== INVERSE_COMPACT_PROFILE)
    return { error: 'a value of variable length that is no profile' };
  if (!isProfile && vif.length > 1) return { error: 'an extension that is not known' };
  if (record.vif >> 3 === VOLUME) {
    record.vifType = 'VOLUME';
    record.unit = 'M3';
    record.symbol = 'm^3';
    record.exponent = (record.vif & 7) - 6;
  } else if (record.vif === DATE_TIME && field === 4) {
    record.vifType = 'TIME_POINT';
    record.unit = 'DATETIME';
  }
  if (isProfile) {
    record.values = expand(octets.slice(1), record, before);
    if (!record.values) return { error: 'a profile without a value and a time to start from' };
    record.isCompactProfile = true;
  } else if (record.vifType === 'TIME_POINT') {
    record.value = dateTime(octets);
    record.strValue = new Date(record.value * 1000).toISOString().slice(0, 19).replace('T', ' ');
  } else {
    record.value = field > 8 ? Number(decimal(octets)) : signed(octets);
    record.scaledValue = scaled(record.value, record.exponent);
  }
  return { record: record, end: at + size };
}

function emptyRecord(dif, vif) {
  var dife = dif[1] || 0;
  return {
    dif: dif[0] | (dife << 8),
    exponent: 0,
    function: (dif[0] >> 4) & 3,
    isCompactProfile: null,
    scaledValue: null,
    storage: ((dif[0] >> 6) & 1) | ((dife & 0x0f) << 1),
    strValue: null,
    subUnit: (dife >> 6) & 1,
    symbol: null,
    tariff: (dife >> 4) & 3,
    unit: null,
    value: null,
    values: null,
    vif: vif,
    vifType: null,
  };
}

// Octets of a chain of extensions: bit 7 says that another follows.
function chain(bytes, start) {
  var at = start;
  while (bytes[at] & 0x80) at++;
  return bytes.slice(start, at + 1);
}

// From the value and time of the same storage number back: how values are told, unit of the spacing and data field, spacing,
// signed differences. What it answers goes from the oldest on.
function expand(octets, profile, before) {
  var control = octets[0];
  var size = octetsOf[control & 0x0f];
  var value = valueOf(before, 'VOLUME', profile.storage);
  var time = valueOf(before, 'TIME_POINT', profile.storage);
  if (control >> 6 !== 3 || (control & 0x0f) > 4 || value === undefined || time === undefined)
    return undefined;
  var spacing = octets[1] * secondsOfUnit[(control >> 4) & 3];
  var values = [];
  for (var at = 2, n = 0; ; at += size, n++) {
    values.unshift({
      scaledValue: scaled(value, profile.exponent),
      storage: profile.storage + n,
      timestamp: time - n * spacing,
      value: value,
    });
    if (at + size > octets.length) return values;
    value -= signed(octets.slice(at, at + size));
  }
}

function valueOf(records, type, storage) {
  var found = records.filter(function (record) {
    return record.vifType === type && record.storage === storage && record.value !== null;
  })[0];
  return found && found.value;
}

// Type F (EN 13757-3, annex A): minute, hour, day and the year's low bits, month and the year's high bits. In seconds.
function dateTime(octets) {
  var year = (octets[2] >> 5) | ((octets[3] & 0xf0) >> 1);
  return (
    Date.UTC(2000 + year, (octets[3] & 0x0f) - 1, octets[2] & 0x1f, octets[1] & 0x1f, octets[0] & 0x3f) / 1000
  );
}

function scaled(value, exponent) {
  return value * Math.pow(10, exponent);
}

function signed(octets) {
  var value = 0;
  for (var i = octets.length - 1; i >= 0; i--) value = value * 256 + octets[i];
  var sign = Math.pow(2, 8 * octets.length - 1);
  return value >= sign ? value - 2 * sign : value;
}

function decimal(octets) {
  var text = '';
  for (var i = octets.length - 1; i >= 0; i--) text += (octets[i] < 16 ? '0' : '') + octets[i].toString(16);
  return text;
}

// Volumes at their times, in litres; what else there is as text, for its meaning is not known.
function normalizeUplink(input) {
  var elements = [];
  input.data.records.forEach(function (record) {
    var time = valueOf(input.data.records, 'TIME_POINT', record.storage);
    if (record.vifType === null) {
      elements.push({
        other: { vif: String(record.vif), storage: String(record.storage), value: String(record.value) },
      });
    } else if (record.isCompactProfile) {
      record.values.slice(0, -1).forEach(function (one) {
        elements.push(water(one.timestamp, one.value, record.exponent));
      });
    } else if (record.vifType === 'VOLUME') elements.push(water(time, record.value, record.exponent));
  });
  return { data: elements };
}

function water(seconds, value, exponent) {
  var element = { metering: { water: { total: scaled(value, exponent + 3) } } };
  if (seconds !== undefined) element.time = new Date(seconds * 1000).toISOString();
  return element;
}

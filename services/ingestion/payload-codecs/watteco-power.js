// Watteco Intens'O (current clamp) and Triphas'O (three-phase meter): reports in the manner of ZigBee's cluster library
// (support.watteco.com, the clusters' pages; big-endian), and batches, which are streams of bits. The constants of batches,
// the order within causes and all names are known from the decoder that Watteco publishes.

var REPORT = 0x0a;
var ALARM_REPORT = 0x8a;
var READ_RESPONSE = 0x01;
// Octets of a value by its ZCL type; a string has its length before it.
var sizes = {
  0x08: 1,
  0x0d: 6,
  0x10: 1,
  0x18: 1,
  0x19: 2,
  0x20: 1,
  0x21: 2,
  0x23: 4,
  0x28: 1,
  0x29: 2,
  0x2b: 4,
  0x30: 1,
  0x39: 4,
};
var STRING = 0x41;
var phases = ['_a', '_b', '_c', '_abc'];

// Cluster and attribute → how the value is read, and what of it a cause can be about: `fields` by their index, else one number.
var attributes = {
  '0000 0002': { read: readFirmware },
  '0006 0000': { read: readOutput },
  '000c 0055': { read: readAnalog, threshold: float },
  '000f 0055': { read: readPin, threshold: unsigned },
  '000f 0402': { read: readIndex, threshold: unsigned },
  '0050 0006': { read: readSupply, fields: supplyFields() },
  '8004 0000': { read: readConfirmation },
  '800a 0000': {
    fields: numbers(signed, 4, 1, eachOf(['positive_', 'negative_'], ['energy', 'power'])),
    perPhase: true,
  },
  '800b 0000': { fields: voltageFields(['']), perPhase: true },
  '800d 0000': { fields: voltageFields(['_a', '_b', '_c']) },
  '8010 0000': { fields: numbers(unsigned, 4, 1, phaseSums('energy')) },
  '8010 0001': { fields: numbers(unsigned, 4, 1, phaseSums('power')) },
};

function decodeUplink(input) {
  if (input.fPort !== 125) return { errors: ['unknown FPort'] };
  var bytes = input.bytes;
  try {
    return bytes[0] & 1 ? decodeReport(bytes, input.recvTime) : decodeBatch(bytes, input.recvTime);
  } catch (error) {
    return { errors: [String(error.message)] };
  }
}

function decodeReport(bytes, time) {
  var command = bytes[1];
  if (command !== REPORT && command !== ALARM_REPORT && command !== READ_RESPONSE) {
    throw new Error('command ' + command + ' is not known');
  }
  var attribute = attributes[hex(bytes.slice(2, 4)) + ' ' + hex(bytes.slice(4, 6))];
  if (!attribute) throw new Error('cluster and attribute ' + hex(bytes.slice(2, 6)) + ' are not known');
  var at = command === READ_RESPONSE ? 7 : 6;
  var isString = bytes[at] === STRING;
  var size = isString ? bytes[at + 1] : sizes[bytes[at]];
  if (size === undefined) throw new Error('type ' + bytes[at] + ' is not known');
  var start = at + (isString ? 2 : 1);
  if (start + size > bytes.length) throw new Error('the payload is cut short');

  var endpoint = ((bytes[0] & 0xe0) >> 5) | ((bytes[0] & 0x06) << 2);
  var suffix = attribute.perPhase ? phases[endpoint] : '';
  if (suffix === undefined) throw new Error('endpoint ' + endpoint + ' is no phase');
  var values = attribute.read
    ? attribute.read(bytes.slice(start, start + size))
    : readFields(bytes.slice(start, start + size), attribute.fields, suffix);
  var samples = Object.keys(values).map(function (name) {
    return { variable: name, value: values[name], date: time };
  });
  var warnings = command === READ_RESPONSE ? [] : readCauses(bytes.slice(start + size), attribute, command);
  return { data: withLatest(samples), warnings: warnings };
}

// Every sample, and the newest of each variable once more under its name.
function withLatest(samples) {
  var data = { samples: samples };
  var newest = {};
  samples.forEach(function (sample) {
    if (newest[sample.variable] !== undefined && newest[sample.variable] >= sample.date) return;
    newest[sample.variable] = sample.date;
    data[sample.variable] = sample.value;
  });
  return data;
}

// ---- values

function readFields(octets, fields, suffix) {
  var values = {};
  var at = 0;
  fields.forEach(function (field) {
    if (at + field.size > octets.length) throw new Error('the value is cut short');
    values[field.name + suffix] = field.read(octets.slice(at, at + field.size)) / field.divider;
    at += field.size;
  });
  return values;
}

function readFirmware(octets) {
  return { firmware: octets.slice(0, 3).join('.') + '.' + unsigned(octets.slice(3)) };
}

function readOutput(octets) {
  return { output: octets[0] === 1 ? 'ON' : 'OFF' };
}

function readAnalog(octets) {
  return { Irms: float(octets) };
}

function readPin(octets) {
  return { pin_state: octets[0] !== 0 };
}

function readIndex(octets) {
  return { index: unsigned(octets) };
}

function readConfirmation(octets) {
  return { message_type: octets[0] === 1 ? 'confirmed' : 'unconfirmed' };
}

// Power modes, sources that are there, their voltages in the order of the bits, the source in use.
function readSupply(octets) {
  var values = {};
  var at = 2;
  [
    'main_or_external',
    'rechargeable_battery',
    'disposable_battery',
    'solar_harvesting',
    'tic_harvesting',
  ].forEach(function (name, bit) {
    if (!((octets[1] >> bit) & 1)) return;
    if (at + 2 > octets.length) throw new Error('the value is cut short');
    values[name + '_voltage'] = unsigned(octets.slice(at, at + 2)) / 1000;
    at += 2;
  });
  return values;
}

function numbers(read, size, divider, names) {
  return names.map(function (name) {
    return { name: name, read: read, size: size, divider: divider };
  });
}

function eachOf(directions, kinds) {
  var names = [];
  kinds.forEach(function (kind) {
    ['active_', 'reactive_'].forEach(function (part) {
      directions.forEach(function (direction) {
        names.push(direction + part + kind);
      });
    });
  });
  return names;
}

function phaseSums(kind) {
  var names = [];
  phases.forEach(function (phase) {
    names.push('active_' + kind + phase, 'reactive_' + kind + phase);
  });
  return names;
}

function voltageFields(suffixes) {
  return suffixes.reduce(function (fields, suffix) {
    return fields.concat(
      numbers(signed, 2, 10, ['Vrms' + suffix, 'Irms' + suffix]),
      numbers(signed, 2, 1, ['angle' + suffix]),
    );
  }, []);
}

function supplyFields() {
  return numbers(unsigned, 2, 1000, [
    'power_modes',
    'current_power_source',
    'constant_power',
    'rechargeable_battery',
    'disposable_battery',
    'solar_harvesting',
    'TIC_harvesting',
  ]);
}

// ---- causes of a report

// Report parameters (bits 4 and 5: short or long causes), then criteria: a short one is an octet, a long one has field, value and,
// for thresholds, gap and occurrences besides.
function readCauses(octets, attribute, command) {
  var warnings = command === ALARM_REPORT ? ['alarm triggered'] : [];
  if (octets.length === 0) return warnings;
  var form = (octets[0] >> 4) & 3;
  if (form !== 1 && form !== 2) throw new Error('the causes are neither short nor long');
  for (var at = 1; at < octets.length;) at = readCause(octets, at, attribute, form === 2, warnings);
  return warnings;
}

function readCause(octets, at, attribute, isLong, warnings) {
  var criterion = octets[at++];
  var mode = ['unused', 'delta', 'threshold', 'unused'][(criterion >> 3) & 3];
  var crossing = [criterion & 0x40 ? 'exceed' : '', criterion & 0x20 ? 'fall' : ''].filter(Boolean).join('&');
  var told = ['alarm:' + Boolean(criterion & 0x80), ' criterion_index: ' + (criterion & 7), ' mode: ' + mode];
  if (mode === 'threshold') told.push(' crossing: ' + crossing);
  if (isLong) at = readDetails(octets, at, attribute, mode, told);
  warnings.push('cause:{' + told.join(',') + '}');
  return at;
}

function readDetails(octets, at, attribute, mode, told) {
  var field = attribute.fields
    ? attribute.fields[octets[at++]]
    : { read: attribute.threshold, size: 4, divider: 1 };
  if (!field || !field.read) throw new Error('a cause is about a field that is not known');
  function next(size, read) {
    if (at + size > octets.length) throw new Error('a cause is cut short');
    at += size;
    return read(octets.slice(at - size, at));
  }
  told.push(' value: ' + next(field.size, field.read) / field.divider);
  if (mode === 'threshold') {
    told.push(' gap: ' + next(field.size, field.read) / field.divider);
    var occurrences = next(1, unsigned);
    if (occurrences & 0x80)
      told.push(' occurences_up: ' + next(2, unsigned), ' occurences_down: ' + next(2, unsigned));
    else told.push(' occurences: ' + occurrences);
  }
  if (field.name) told.push(' field: ' + field.name);
  return at;
}

// ---- batches

// What an Intens'O measures in batches, by label: type and resolution of its samples.
var LABEL_BITS = 2;
var measures = [
  { label: 0, name: 'Irms', bits: 32, read: bitsOfFloat, resolution: 0.1, divider: 1 },
  { label: 1, name: 'battery_voltage', bits: 16, read: Number, resolution: 100, divider: 1000 },
];
// Prefix codes of how many bits a difference has; the last is no number of bits, but says that the value stands plainly.
var PLAIN = 15;
var longCodes = ' 1000000000 10000000010 10000000011 10000000100 10000000101 10000000110 10000000111';
var codes = [
  '00 01 11 101 1001 10001 100001 1000001 10000001' + longCodes,
  '1101111 11010 1100 011 111 10 00 010 110110 110111011 110111001 1101110101 1101110100 1101110000 11011100011 11011100010',
  '1001 101 00 01 11 10001 100001 1000001 10000001' + longCodes,
].map(function (table) {
  return table.split(' ');
});
var TIME_CODES = 1;

function decodeBatch(bytes, received) {
  var bits = bitsOf(bytes);
  var flags = bits.number(8);
  bits.number(4); // a counter of three bits and one that is spare
  var batch = { bits: bits, count: flags >> 4, series: [], last: 0 };
  for (var i = 0; i < batch.count; i++) readFirst(batch, !(flags & 4));
  if (!(flags & 4)) (flags & 2 ? readTogether : readApart)(batch);
  var end = readTime(bits, batch.last);
  return { data: withLatest(samplesOf(batch.series, received, end)), warnings: [] };
}

function readFirst(batch, hasMore) {
  var bits = batch.bits;
  var measure = measureOf(bits);
  batch.last = readTime(bits, batch.last);
  var series = { measure: measure, times: [batch.last], values: [measure.read(bits.number(measure.bits))] };
  if (hasMore) {
    series.coding = bits.number(2);
    series.codes = bits.number(2);
  }
  batch.series.push(series);
}

// Every measure with times of its own.
function readApart(batch) {
  var latest = batch.last;
  for (var i = 0; i < batch.count; i++) {
    var series = seriesOf(batch);
    var count = batch.bits.number(8);
    var timeCodes = count > 0 ? batch.bits.number(2) : 0;
    for (var n = 0; n < count; n++) {
      var time = laterBy(batch.bits, lastOf(series.times), batch.bits.code(timeCodes));
      latest = Math.max(latest, time);
      series.values.push(readValue(batch.bits, series, batch.bits.code(series.codes)));
      series.times.push(time);
    }
  }
  batch.last = latest;
}

// Times that all measures have in common; a bit tells whether a measure has a value then. The first of them is already there.
function readTogether(batch) {
  var bits = batch.bits;
  var count = bits.number(8);
  var timeCodes = bits.number(2);
  var times = [];
  for (var n = 0; n < count; n++) {
    var length = bits.code(timeCodes);
    times.push(n === 0 && length < PLAIN ? batch.series[0].times[0] : laterBy(bits, lastOf(times), length));
  }
  for (var i = 0; i < batch.count; i++) {
    var series = seriesOf(batch);
    var isFirst = true;
    for (n = 0; n < count; n++) {
      if (!bits.number(1)) continue;
      length = bits.code(series.codes);
      if (length === 0 && isFirst) {
        isFirst = false;
        continue;
      }
      series.values.push(readValue(bits, series, length));
      series.times.push(times[n]);
    }
  }
  if (count > 0) batch.last = lastOf(times);
}

function measureOf(bits) {
  var label = bits.number(LABEL_BITS);
  if (!measures[label]) throw new Error('label ' + label + ' of the batch is not known');
  return measures[label];
}

function seriesOf(batch) {
  var measure = measureOf(batch.bits);
  var found = batch.series.filter(function (series) {
    return series.measure === measure;
  })[0];
  if (!found) throw new Error('the batch has no first value of ' + measure.name);
  return found;
}

function readTime(bits, before) {
  return before === 0 ? bits.number(32) : laterBy(bits, before, bits.code(TIME_CODES));
}

function laterBy(bits, before, length) {
  if (length === PLAIN) return bits.number(32);
  return length === 0 ? before : before + bits.number(length) + Math.pow(2, length) - 1;
}

// A difference in steps of the resolution: of either sign, or known to be up, or known to be down.
function readValue(bits, series, length) {
  var before = lastOf(series.values);
  if (length === PLAIN) return series.measure.read(bits.number(series.measure.bits));
  if (length === 0) return before;
  var span = Math.pow(2, length);
  var number = bits.number(length);
  var steps = number + span - 1;
  if (series.coding === 0) steps = number >= span / 2 ? number : number + 1 - span;
  else if (series.coding === 2) steps = -steps;
  return before + steps * series.measure.resolution;
}

function samplesOf(series, received, end) {
  var samples = [];
  measures.forEach(function (measure) {
    series.forEach(function (one) {
      if (one.measure !== measure) return;
      one.values.forEach(function (value, n) {
        var date = new Date(new Date(received).getTime() - (end - one.times[n]) * 1000).toISOString();
        samples.push({ variable: measure.name, value: value / measure.divider, date: date });
      });
    });
  });
  return samples;
}

// Bits come from the lowest of an octet on. A number's highest octet comes first, and may be part of one; a code's highest bit.
function bitsOf(bytes) {
  var at = 0;
  function bit() {
    if (at >= bytes.length * 8) throw new Error('the batch is cut short');
    var value = (bytes[at >> 3] >> (at & 7)) & 1;
    at++;
    return value;
  }
  return {
    number: function (size) {
      var value = 0;
      for (var left = size; left > 0;) {
        var part = left % 8 || 8;
        var octet = 0;
        for (var n = 0; n < part; n++) octet |= bit() << n;
        value = value * 256 + octet;
        left -= part;
      }
      return value;
    },
    code: function (table) {
      if (!codes[table]) throw new Error('the batch has a table of codes that is not known');
      for (var text = ''; text.length < 11;) {
        text += bit();
        var found = codes[table].indexOf(text);
        if (found >= 0) return found;
      }
      throw new Error('the batch has a code that is not known');
    },
  };
}

function lastOf(list) {
  return list[list.length - 1];
}

// ---- numbers

function bitsOfFloat(number) {
  var view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, number);
  return view.getFloat32(0);
}

function float(octets) {
  return bitsOfFloat(unsigned(octets));
}

function unsigned(octets) {
  return octets.reduce(function (value, octet) {
    return value * 256 + octet;
  }, 0);
}

function signed(octets) {
  var sign = Math.pow(2, 8 * octets.length - 1);
  var value = unsigned(octets);
  return value >= sign ? value - 2 * sign : value;
}

function hex(octets) {
  return octets
    .map(function (octet) {
      return (octet < 16 ? '0' : '') + octet.toString(16);
    })
    .join('');
}

// The sums of the three phases have a sign, though Watteco's decoder shows them without. Power below zero goes out; energy is
// a balance, which is no register of either direction, and so a text.
function normalizeUplink(input) {
  var data = input.data;
  var values = {};
  Object.keys(data).forEach(function (name) {
    var sum = /^((?:re)?active)_(energy|power)_(a|b|c|abc)$/.exec(name);
    if (!sum) return;
    var value = data[name] >= 0x80000000 ? data[name] - 0x100000000 : data[name];
    var unit = sum[1] === 'active' ? 'W' : 'var';
    if (sum[2] === 'energy') values['net_' + name] = { value: String(value), unit: unit + 'h' };
    else {
      var direction = value < 0 ? '_export_' : '_import_';
      values[sum[1] + '_power' + direction + sum[3]] = { value: Math.abs(value), unit: unit };
    }
  });
  return { data: Object.keys(values).length > 0 ? [{ time: data.samples[0].date, sums: values }] : [] };
}

// Yobiiq EM4301: three-phase electricity meter (EM4301 payload description). Number, channel, value; big-endian.

var values = {
  '1 1': { name: 'timestamp', size: 4 },
  '2 3': { name: 'dataloggerTimestamp', size: 4 },
  '3 4': { name: 'activeEnergyImportL123T1', size: 4, unit: 'Wh' },
  '4 5': { name: 'activeEnergyImportL123T2', size: 4, unit: 'Wh' },
  '5 6': { name: 'activeEnergyExportL123T1', size: 4, unit: 'Wh' },
  '6 7': { name: 'activeEnergyExportL123T2', size: 4, unit: 'Wh' },
  '11 10': { name: 'modbusErrorCode', size: 1 },
};

var facts = {
  0x09: { name: 'hardwareVersion', size: 2, read: version },
  0x0a: { name: 'firmwareVersion', size: 2, read: version },
  0x0b: { name: 'powerEvent', size: 1, read: choice(['AC Power Off', 'AC Power On']) },
  0x0f: { name: 'deviceClass', size: 1, read: choice(['Class A', 'Class B', 'Class C']) },
  0x16: { name: 'deviceSerialNumber', size: 4, read: unsigned },
  0x1e: { name: 'primaryCurrentTransformerRatio', size: 2, read: unsigned },
  0x1f: { name: 'secondaryCurrentTransformerRatio', size: 1, read: unsigned },
  0x20: { name: 'primaryVoltageTransformerRatio', size: 4, read: unsigned },
  0x21: { name: 'secondaryVoltageTransformerRatio', size: 2, read: unsigned },
  0x28: { name: 'deviceModel', size: 8, read: text },
};

function decodeUplink(input) {
  var data = {};
  var problem = input.fPort === 50 ? readFacts(input.bytes, data) : readValues(input.bytes, data);
  if (problem) return { errors: [problem] };
  data.codecVersion = '1.0.1';
  data.genericModel = 'EM4301';
  data.productCode = 'P1002011';
  data.manufacturer = 'YOBIIQ B.V.';
  return { data: data };
}

function readValues(bytes, data) {
  for (var at = 0; at < bytes.length;) {
    var known = values[bytes[at] + ' ' + bytes[at + 1]];
    if (!known || at + 2 + known.size > bytes.length) return 'octet ' + at + ' begins no value that is known';
    var value = unsigned(bytes.slice(at + 2, at + 2 + known.size));
    data[known.name] = known.unit ? { data: value, unit: known.unit } : value;
    at += 2 + known.size;
  }
}

function readFacts(bytes, data) {
  for (var at = 0; at < bytes.length;) {
    var known = bytes[at] === 0xff ? facts[bytes[at + 1]] : undefined;
    if (!known || at + 2 + known.size > bytes.length) return 'octet ' + at + ' begins no fact that is known';
    data[known.name] = known.read(bytes.slice(at + 2, at + 2 + known.size));
    at += 2 + known.size;
  }
}

function unsigned(octets) {
  return octets.reduce(function (value, octet) {
    return value * 256 + octet;
  }, 0);
}

function version(octets) {
  return 'V' + octets[0].toString(16) + '.' + octets[1].toString(16);
}

function choice(words) {
  return function (octets) {
    return words[octets[0]] || 'unknown';
  };
}

function text(octets) {
  return String.fromCharCode.apply(null, octets);
}

// Talkpool OY1320: reader of a water meter (Talkpool's manuals of the OY series, "Commands"; that 0x21 is the
// reading, in litres, is known from its published software). Access, index, data, again and again; big-endian.

var REPORT = 0x01;
var STATUS = 0x20;
var READING = 0x21;

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = { Status: '0' };
  for (var at = 0; at < bytes.length;) {
    var size = { 0x20: 1, 0x21: 4 }[bytes[at + 1]];
    if (bytes[at] !== REPORT || size === undefined)
      return { errors: ['octet ' + at + ' begins no report that is known'] };
    if (at + 2 + size > bytes.length) return { errors: ['the payload is cut short'] };
    var value = unsigned(bytes.slice(at + 2, at + 2 + size));
    if (bytes[at + 1] === READING) data.MeterReading = value;
    if (bytes[at + 1] === STATUS) data.Status = String(value);
    at += 2 + size;
  }
  return { data: data };
}

function unsigned(octets) {
  return octets.reduce(function (value, octet) {
    return value * 256 + octet;
  }, 0);
}

function normalizeUplink(input) {
  var reading = input.data.MeterReading;
  return { data: reading === undefined ? {} : { metering: { water: { total: reading } } } };
}

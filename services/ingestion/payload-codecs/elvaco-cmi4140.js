// Elvaco CMi4140: heat meter module (CMi4140 user's manual, "Message format": standard and compact). A message type, then
// M-Bus records (EN 13757-3): DIF, VIF, little-endian value. Energy in kWh, volume in m3, power in kW, flow in m3/h, °C.

var sizes = { 1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 9: 1, 10: 2, 11: 3, 12: 4, 14: 6 };

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = {};
  for (var at = 1; at < bytes.length;) {
    var dif = bytes[at];
    var size = sizes[dif & 0x0f];
    var extended = bytes[at + 1] === 0xfd;
    var vif = extended ? 0xfd00 | bytes[at + 2] : bytes[at + 1];
    var start = at + (extended ? 3 : 2);
    if (size === undefined || dif & 0xc0 || start + size > bytes.length) {
      return { data: data, errors: ['octet ' + at + ' is no record that is known'] };
    }
    // An error or a field that is not there keeps its place, with another function.
    if ((dif & 0x30) !== 0x30) put(data, vif, dif, bytes.slice(start, start + size));
    at = start + size;
  }
  return { data: data };
}

function put(data, vif, dif, octets) {
  var value = (dif & 0x0f) > 8 ? decimal(octets) : binary(octets);
  if (vif <= 0x07) data.energy = scaled(value, vif - 3 - 3);
  else if (vif >= 0x08 && vif <= 0x0f) data.energy = scaled(value / 3.6, vif - 8 - 6);
  else if (vif >= 0x10 && vif <= 0x17) data.volume = scaled(value, vif - 0x10 - 6);
  else if (vif >= 0x28 && vif <= 0x2f) data.power = scaled(value, vif - 0x28 - 3 - 3);
  else if (vif >= 0x38 && vif <= 0x3f) data.flow = scaled(value, vif - 0x38 - 6);
  else if (vif >= 0x58 && vif <= 0x5b) data.flow_temperature = scaled(value, vif - 0x58 - 3);
  else if (vif >= 0x5c && vif <= 0x5f) data.return_temperature = scaled(value, vif - 0x5c - 3);
  else if (vif === 0x78) data.serial = value;
  else if (vif === 0xfd17) data.error_flag = Number(hex(octets));
  else data['vif_' + vif.toString(16)] = value;
}

// A quotient of whole numbers is the decimal that is meant; a product with 0.01 is not.
function scaled(value, power) {
  return power < 0 ? value / Math.pow(10, -power) : value * Math.pow(10, power);
}

function binary(octets) {
  var value = 0;
  for (var i = octets.length - 1; i >= 0; i--) value = value * 256 + octets[i];
  var sign = Math.pow(2, 8 * octets.length - 1);
  return value >= sign ? value - 2 * sign : value;
}

function decimal(octets) {
  return Number(hex(octets));
}

// Most significant digit first.
function hex(octets) {
  var text = '';
  for (var i = octets.length - 1; i >= 0; i--) text += (octets[i] < 16 ? '0' : '') + octets[i].toString(16);
  return text;
}

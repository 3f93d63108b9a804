// MCCI Model 4811: reader of a WattNode electricity meter, message format 0x19 (in the manner of MCCI's other formats; which
// bit is which field is known from its published decoder). A format, a bitmap of the fields that follow, the fields in the
// order of its bits; big-endian. Energies in 0.1 kWh.

var FORMAT = 0x19;

var fields = [
  { size: 2, read: readBattery },
  { size: 1, read: readBoots },
  { size: 2, read: readModbusError },
  { size: 8, read: readEnergies },
  { size: 4, read: readDemand },
  { size: 4, read: readBranchEnergy },
  { size: 4, read: readBranchDemand },
];

function decodeUplink(input) {
  var bytes = input.bytes;
  if (input.fPort !== 1) return { errors: ['unknown FPort'] };
  if (bytes[0] !== FORMAT || bytes.length < 2) return { errors: ['a payload is 0x19 and a bitmap'] };
  if (bytes[1] & 0x80) return { errors: ['bit 7 of the bitmap is not known'] };
  var data = { ModbusError: 0 };
  var at = 2;
  for (var bit = 0; bit < fields.length; bit++) {
    if (!((bytes[1] >> bit) & 1)) continue;
    if (at + fields[bit].size > bytes.length) return { errors: ['the payload is cut short'] };
    fields[bit].read(data, new DataView(new Uint8Array(bytes).buffer, at));
    at += fields[bit].size;
  }
  if (at < bytes.length) return { errors: ['the payload is longer than its bitmap says'] };
  return { data: data };
}

function readBattery(data, view) {
  data.vBat = view.getInt16(0) / 4096;
}

function readBoots(data, view) {
  data.boot = view.getUint8(0);
}

function readModbusError(data, view) {
  data.ModbusError = view.getInt16(0);
}

function readEnergies(data, view) {
  data.energyUsed = view.getInt32(0) * 100;
  data.energySourced = view.getInt32(4) * 100;
}

function readDemand(data, view) {
  data.mainDemand = view.getFloat32(0);
}

function readBranchEnergy(data, view) {
  data.branchEnergyUsed = view.getInt32(0) * 100;
}

function readBranchDemand(data, view) {
  data.branchDemand = view.getFloat32(0);
}

// ELV-LW-ESI: reader of electricity and gas meters (ELV-LW-ESI documentation, "Payload"). Supply voltage big-endian, the
// rest little-endian: counters in 1/10000, what is now in 1/100.

function decodeUplink(input) {
  var bytes = input.bytes;
  if (input.fPort !== 10) return { errors: ['unknown FPort'] };
  if (bytes.length < 17) return { errors: ['the payload is cut short'] };
  var isGas = bytes[6] === 2;
  var flags = bytes[12];
  return {
    data: {
      TX_Reason: bytes[1] === 1 ? 'Timer_Event' : 'Reason_' + bytes[1],
      Supply_Voltage: (bytes[2] << 8) | bytes[3],
      Energy_Data: {
        Consumption_Type: [bytes[5] === 2 ? 'Delivery' : 'Consumption'],
        Energy_Counter: [unsigned(bytes, 7) / 10000],
        Energy_Counter_Unit: [isGas ? 'm^3' : 'kWh'],
        Boot_Flag: [bytes[11] ? 'Overflow' : 'No_Overflow'],
        Signum_Of_Power: [flags & 1 ? 'Negative' : 'Positive'],
        Energy_Power_Unit: [['W', 'm^3/h', 'kW'][flags >> 1] || 'unknown'],
        Power: [unsigned(bytes, 13) / 100],
      },
    },
  };
}

function unsigned(bytes, at) {
  return bytes[at] + bytes[at + 1] * 0x100 + bytes[at + 2] * 0x10000 + bytes[at + 3] * 0x1000000;
}

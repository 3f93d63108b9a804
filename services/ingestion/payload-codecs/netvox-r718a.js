// Netvox R718A: temperature and humidity (Netvox LoRaWAN application command, device type 0x0B). Big-endian.

var DEVICE = 0x0b;

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes.length !== 11 || bytes[1] !== DEVICE) return { errors: ['not of this device'] };
  if (input.fPort === 7) return configuration(bytes);
  if (input.fPort !== 6) return { errors: ['unknown FPort'] };
  if (bytes[2] === 0) {
    return {
      data: { Device: 'R718A', SWver: bytes[3] / 10, HWver: bytes[4], Datecode: digits(bytes.slice(5, 9)) },
    };
  }
  if (bytes[2] !== 1) return { errors: ['report type ' + bytes[2] + ' is not known'] };
  var data = {
    Device: 'R718A',
    Volt: (bytes[3] & 0x7f) / 10,
    Temp: ((unsigned(bytes, 4) << 16) >> 16) / 100,
    Humi: unsigned(bytes, 6) / 100,
  };
  if (bytes[3] & 0x80) data.LowBattery = true;
  return { data: data };
}

function configuration(bytes) {
  if (bytes[0] === 0x81) {
    return {
      data: { Cmd: 'ConfigReportRsp', Device: 'R718A', Status: bytes[2] === 0 ? 'Success' : 'Failure' },
    };
  }
  if (bytes[0] !== 0x82) return { errors: ['command ' + bytes[0] + ' is not known'] };
  return {
    data: {
      Cmd: 'ReadConfigReportRsp',
      Device: 'R718A',
      MinTime: unsigned(bytes, 2),
      MaxTime: unsigned(bytes, 4),
      BatteryChange: bytes[6] / 10,
      TempChange: unsigned(bytes, 7) / 100,
      HumiChange: unsigned(bytes, 9) / 100,
    },
  };
}

function unsigned(bytes, at) {
  return (bytes[at] << 8) | bytes[at + 1];
}

function digits(octets) {
  return octets
    .map(function (octet) {
      return (octet < 16 ? '0' : '') + octet.toString(16);
    })
    .join('');
}

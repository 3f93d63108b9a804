// Netvox R809A: plug with meter (Netvox LoRaWAN application command, device type 0x0E). Big-endian; Wh, V, mA, W.

var DEVICE = 0x0e;

function decodeUplink(input) {
  var bytes = input.bytes;
  if (bytes.length !== 11 || bytes[1] !== DEVICE) return { errors: ['not of this device'] };
  if (input.fPort === 7) return configuration(bytes);
  if (input.fPort !== 6) return { errors: ['unknown FPort'] };
  switch (bytes[2]) {
    case 0:
      return {
        data: { Device: 'R809A', SWver: bytes[3] / 10, HWver: bytes[4], Datecode: digits(bytes.slice(5, 9)) },
      };
    case 1:
      return {
        data: {
          Device: 'R809A',
          OnOff: bytes[3] ? 'ON' : 'OFF',
          Energy: unsigned(bytes, 4) * 0x10000 + unsigned(bytes, 6),
          OverCurrentAlarm: alarm(bytes[8]),
          DashCurrentAlarm: alarm(bytes[9]),
          PowerOffAlarm: alarm(bytes[10]),
        },
      };
    case 2:
      return {
        data: {
          Device: 'R809A',
          Vol: unsigned(bytes, 3),
          Current: unsigned(bytes, 5),
          Power: unsigned(bytes, 7),
        },
      };
    default:
      return { errors: ['report type ' + bytes[2] + ' is not known'] };
  }
}

function configuration(bytes) {
  if (bytes[0] === 0x81) {
    return {
      data: { Cmd: 'ConfigReportRsp', Device: 'R809A', Status: bytes[2] === 0 ? 'Success' : 'Failure' },
    };
  }
  if (bytes[0] !== 0x82) return { errors: ['command ' + bytes[0] + ' is not known'] };
  return {
    data: {
      Cmd: 'ReadConfigReportRsp',
      Device: 'R809A',
      MinTime: unsigned(bytes, 2),
      MaxTime: unsigned(bytes, 4),
      CurrentChange: unsigned(bytes, 6),
      PowerChange: unsigned(bytes, 8),
    },
  };
}

function alarm(octet) {
  return octet ? 'Alarm' : 'No alarm';
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

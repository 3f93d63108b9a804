// Dragino SW3L: counts the pulses of a flow sensor (SW3L user manual, 2.3 "Uplink Payload"). Big-endian. The calculate flag
// tells the sensor (004, 006, 010), and so how many pulses a litre has (by Dragino's published decoder); in mode 1 the pulses
// are those since the last uplink, which are no register.

var pulsesOfLitre = [450, 360, 60];
var bands = 'EU868 US915 IN865 AU915 KZ865 RU864 AS923 AS923_1 AS923_2 AS923_3 CN470 EU433 KR920 MA869'.split(
  ' ',
);
var SINCE_LAST = 1;
var RECORD = 11;

function decodeUplink(input) {
  var bytes = input.bytes;
  switch (input.fPort) {
    case 2:
      return bytes.length === RECORD ? { data: flow(bytes) } : cutShort;
    case 3:
      return bytes.length > 0 && bytes.length % RECORD === 0 ? { data: datalog(bytes) } : cutShort;
    case 4:
      return bytes.length === 7 ? { data: configuration(bytes) } : cutShort;
    case 5:
      return bytes.length === 7 ? { data: status(bytes) } : cutShort;
    default:
      return { errors: ['unknown FPort'] };
  }
}

var cutShort = { errors: ['the payload has not the length of its FPort'] };

function flow(bytes) {
  var flag = bytes[0] >> 2;
  var pulses = unsigned(bytes, 1, 4);
  var data = {
    MOD: bytes[5],
    Calculate_flag: flag,
    Alarm: bytes[0] & 2 ? 'TRUE' : 'FALSE',
    Data_time: new Date(unsigned(bytes, 7, 4) * 1000).toISOString(),
  };
  data[bytes[5] === SINCE_LAST ? 'Last_pulse' : 'Total_pulse'] = pulses;
  if (pulsesOfLitre[flag]) data.Water_flow_value = Number((pulses / pulsesOfLitre[flag]).toFixed(1));
  return data;
}

function datalog(bytes) {
  var records = [];
  for (var at = 0; at < bytes.length; at += RECORD) {
    records.push({
      Calculate_flag: bytes[at] >> 2,
      Alarm: bytes[at] & 2 ? 'TRUE' : 'FALSE',
      MOD: bytes[at + 1],
      Pulses: unsigned(bytes, at + 3, 4),
      Data_time: new Date(unsigned(bytes, at + 7, 4) * 1000).toISOString(),
    });
  }
  return { DATALOG: records };
}

function configuration(bytes) {
  return { TDC: unsigned(bytes, 0, 3), Stop_Timer: bytes[4], Alarm_Timer: unsigned(bytes, 5, 2) };
}

function status(bytes) {
  return {
    SENSOR_MODEL: bytes[0] === 0x11 ? 'SW3L' : 'unknown',
    FIRMWARE_VERSION: (bytes[1] & 0x0f) + '.' + (bytes[2] >> 4) + '.' + (bytes[2] & 0x0f),
    FREQUENCY_BAND: bands[bytes[3] - 1] || 'unknown',
    SUB_BAND: bytes[4] === 0xff ? 'NULL' : bytes[4],
    BAT: unsigned(bytes, 5, 2) / 1000,
  };
}

function unsigned(bytes, at, size) {
  var value = 0;
  for (var i = at; i < at + size; i++) value = value * 256 + bytes[i];
  return value;
}

function normalizeUplink(input) {
  var data = input.data;
  if (data.BAT !== undefined) return { data: { battery: data.BAT } };
  if (data.DATALOG) {
    return {
      data: data.DATALOG.filter(function (record) {
        return record.MOD !== SINCE_LAST && pulsesOfLitre[record.Calculate_flag];
      }).map(function (record) {
        return water(record.Data_time, record.Pulses, record.Calculate_flag);
      }),
    };
  }
  var isRegister = data.Total_pulse !== undefined && data.Water_flow_value !== undefined;
  return { data: isRegister ? water(data.Data_time, data.Total_pulse, data.Calculate_flag) : {} };
}

// A thousandth of a litre is finer than any of the sensors.
function water(time, pulses, flag) {
  return {
    time: time,
    metering: { water: { total: Math.round((pulses / pulsesOfLitre[flag]) * 1000) / 1000 } },
  };
}

// Aqua-Scope AQM: valve with water meter (Aqua-Scope's LoRaWAN manuals of the AQS, "Uplink Command"; what differs in the AQM
// is known from its published decoder, as the names are). Command, its parameters, again and again; big-endian.

var LOG = 0x08;

var parameters = {
  0x01: 'c_system',
  0x03: 'c_lora',
  0x04: 'c_valveaction',
  0x05: 'c_uss_signal_strength',
  0x06: 'c_uss_rx_delay',
  0x07: 'c_uss_tof',
  0x08: 'c_litertranslation',
  0x09: 'c_jamming',
  0x0a: 'c_flow_th',
  0x0b: 'c_frost_th',
  0x0d: 'c_pc_duration',
  0x0e: 'c_pc_abort_th',
  0x0f: 'c_pc_alarm_th',
  0x13: 'c_alarm',
  0x1d: 'c_report_interval',
  0x1e: 'c_heartbeat_interval',
};
var sensors = {
  0x01: 'temperature',
  0x03: 'uptime',
  0x10: 'pressure',
  0x11: 'consumption',
  0x13: 'batterylevel',
};
var pipeChecks = {
  2: 'ok',
  4: 'abort/flow',
  5: 'abort/heat',
  6: 'abort/valve',
  7: 'abort/flow',
  8: 'pending',
};

var commands = {
  0x03: { size: 3, read: readHardware },
  0x04: { size: 3, read: readNamed(parameters, 'c_') },
  0x06: { size: 3, read: readNamed(sensors, 'sensor_') },
  0x07: { size: 1, read: readState, sizes: { 1: 5, 3: 5 } },
  0x0a: { size: 4, read: readFirmware },
  0x0b: { size: 4, read: readAlarm },
};

function decodeUplink(input) {
  var bytes = input.bytes;
  if (input.fPort !== 1) return { errors: ['invalid FPort'] };
  var data = {};
  for (var at = 0; at < bytes.length;) {
    var command = commands[bytes[at]];
    if (bytes[at] === LOG) {
      data.loglevel = bytes[at + 1];
      data.log = hex(bytes.slice(at + 2));
      break;
    }
    if (!command) return { errors: ['octet ' + at + ' begins no command that is known'] };
    var size = (command.sizes && command.sizes[bytes[at + 1]]) || command.size;
    if (at + 1 + size > bytes.length) return { errors: ['the payload is cut short'] };
    command.read(data, bytes, at + 1);
    at += 1 + size;
  }
  return { data: data };
}

function readHardware(data, bytes, at) {
  data.hw_version = bytes[at];
  data.capabilities = unsigned(bytes, at + 1, 2);
}

function readNamed(names, other) {
  return function (data, bytes, at) {
    data[names[bytes[at]] || other + bytes[at]] = unsigned(bytes, at + 1, 2);
  };
}

function readState(data, bytes, at) {
  var state = bytes[at];
  if (state === 0) data.valve = 0;
  else if (state === 1) {
    data.flow = 0;
    data.consumption_time = unsigned(bytes, at + 1, 2);
    data.consumption_liter = unsigned(bytes, at + 3, 2);
  } else if (state === 3) {
    data.pc = 'alarm';
    data.diff = unsigned(bytes, at + 1, 2);
    data.elevation = unsigned(bytes, at + 3, 2);
  } else if (pipeChecks[state]) data.pc = pipeChecks[state];
  else if (state === 0x0f) data.flow = 1;
  else if (state === 0xff) data.valve = 255;
  else data.state = state;
}

function readFirmware(data, bytes, at) {
  data.fw_version = unsigned(bytes, at, 4);
}

function readAlarm(data, bytes, at) {
  data.alarm_status = bytes[at];
  data.alarm_type = bytes[at + 1];
  data.alarm_value = unsigned(bytes, at + 2, 2);
}

function unsigned(bytes, at, size) {
  var value = 0;
  for (var i = at; i < at + size; i++) value = value * 256 + bytes[i];
  return value;
}

function hex(octets) {
  return octets
    .map(function (octet) {
      return (octet < 16 ? '0' : '') + octet.toString(16);
    })
    .join('');
}

// Milesight CT303: currents of three clamps (CT303 user guide, "Uplink Payload"). Channel, type, value; little-endian.

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = {};
  for (var at = 0; at + 2 <= bytes.length;) {
    var channel = bytes[at];
    var type = bytes[at + 1];
    var clamp = clampOf(channel & 0x7f);
    if (clamp && type === 0x97 && channel < 0x80) {
      data['total_current_' + clamp] = unsigned32(bytes, at + 2) / 100;
      at += 6;
    } else if (clamp && type === 0x99 && channel < 0x80) {
      if (unsigned16(bytes, at + 2) === 0xffff) data['current_' + clamp + '_status'] = 'read failed';
      else data['current_' + clamp] = unsigned16(bytes, at + 2) / 10;
      at += 4;
    } else if (clamp && type === 0x99) {
      data['current_' + clamp + '_max'] = unsigned16(bytes, at + 2) / 10;
      data['current_' + clamp + '_min'] = unsigned16(bytes, at + 4) / 10;
      data['current_' + clamp] = unsigned16(bytes, at + 6) / 10;
      data['current_' + clamp + '_alarm'] = alarms(bytes[at + 8]);
      at += 9;
    } else if (channel === 0x09 && type === 0x67) {
      data.temperature = ((unsigned16(bytes, at + 2) << 16) >> 16) / 10;
      at += 4;
    } else {
      return { data: data, warnings: ['channel ' + channel + ' type ' + type + ' is not known'] };
    }
  }
  return { data: data };
}

// Two channels a clamp: what it counted and what flows.
function clampOf(channel) {
  return channel >= 3 && channel <= 8 ? 'chn' + ((channel - 1) >> 1) : undefined;
}

function alarms(bits) {
  var names = [
    'current_threshold_alarm',
    'current_threshold_alarm_release',
    'current_over_range_alarm',
    'current_over_range_alarm_release',
  ];
  var told = {};
  names.forEach(function (name, bit) {
    told[name] = (bits >> bit) & 1 ? 'yes' : 'no';
  });
  return told;
}

function unsigned16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8);
}

function unsigned32(bytes, at) {
  return (unsigned16(bytes, at) | (unsigned16(bytes, at + 2) << 16)) >>> 0;
}

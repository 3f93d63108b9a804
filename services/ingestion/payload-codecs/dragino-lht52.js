// Dragino LHT52: indoor temperature and humidity, external probe (LHT52 user manual, 2.3 to 2.5). Big-endian.

function decodeUplink(input) {
  var bytes = input.bytes;
  switch (input.fPort) {
    case 2:
      if (bytes.length !== 11) return { errors: ['a measurement has 11 octets'] };
      return { data: measurement(bytes, 0) };
    case 3: {
      var data = {};
      for (var at = 0, n = 1; at + 11 <= bytes.length; at += 11, n++)
        data['log' + n] = measurement(bytes, at);
      return { data: data };
    }
    case 5:
      if (bytes.length !== 7) return { errors: ['a device status has 7 octets'] };
      return {
        data: {
          Sensor_Model: bytes[0],
          Firmware_Version: hex(bytes[1]) + hex(bytes[2]),
          Freq_Band: bytes[3],
          Sub_Band: bytes[4],
          Bat_mV: unsigned(bytes, 5),
        },
      };
    default:
      return { errors: ['unknown FPort'] };
  }
}

function normalizeUplink(input) {
  var data = input.data;
  if (data.TempC_SHT !== undefined) return { data: airOf(data) };
  if (data.Bat_mV !== undefined) return { data: { battery: data.Bat_mV / 1000 } };
  var all = [];
  for (var name in data) {
    airOf(data[name]).forEach(function (element) {
      element.time = new Date(data[name].Systimestamp * 1000).toISOString();
      all.push(element);
    });
  }
  return { data: all };
}

function airOf(data) {
  var air = [{ air: { location: 'indoor', temperature: data.TempC_SHT, relativeHumidity: data.Hum_SHT } }];
  if (data.Ext) air.push({ air: { location: 'outdoor', temperature: data.TempC_DS } });
  return air;
}

function measurement(bytes, at) {
  return {
    TempC_SHT: signed(bytes, at) / 100,
    Hum_SHT: unsigned(bytes, at + 2) / 10,
    TempC_DS: signed(bytes, at + 4) / 100,
    Ext: bytes[at + 6],
    Systimestamp: unsigned(bytes, at + 7) * 0x10000 + unsigned(bytes, at + 9),
  };
}

function signed(bytes, at) {
  return (unsigned(bytes, at) << 16) >> 16;
}

function unsigned(bytes, at) {
  return (bytes[at] << 8) | bytes[at + 1];
}

function hex(octet) {
  return (octet < 16 ? '0' : '') + octet.toString(16);
}

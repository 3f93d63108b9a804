/**
 * What runs inside the sandbox before and after a codec, as text: it shares the codec's world and trusts nothing in it.
 * What it needs it has taken before the codec ran, and all that leaves is one bounded string, so that getters, proxies
 * and `toJSON` of a result run in here, on the codec's own budget.
 */

/** Evaluated first: what codecs find besides the language. Its value finishes the preparation once the codec has run. */
export const prologue = `(function (global) {
  'use strict';
  var parse = JSON.parse, stringify = JSON.stringify, isArray = Array.isArray, DateOf = Date, text = String;
  function nothing() {}
  global.console = { log: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, trace: nothing };
  global.module = { exports: {} };
  global.exports = global.module.exports;

  function describe(error) {
    try {
      var name = error && error.name, message = error && error.message;
      return { name: text(name).slice(0, 40), message: text(message === undefined ? error : message).slice(0, 300) };
    } catch (_) {
      return { name: 'Error', message: 'an error that cannot be told' };
    }
  }
  function plain(key, value) {
    return typeof value === 'bigint' ? text(value) : value;
  }
  function answer(result, limit) {
    var written = stringify(result, plain);
    return written.length > limit ? '{"tooLarge":' + written.length + '}' : written;
  }

  return function (find) {
    var exported = global.module.exports || {};
    function named(name) {
      var found = find(name);
      if (typeof found === 'function') return found;
      found = exported[name] || global.exports[name];
      return typeof found === 'function' ? found : undefined;
    }
    var decode = named('decodeUplink'), normalize = named('normalizeUplink');
    var decoder = named('Decoder'), older = named('Decode');
    var encodeDownlink = named('encodeDownlink'), decodeDownlink = named('decodeDownlink');

    function uplink(input) {
      if (decode) return decode({ bytes: input.bytes, fPort: input.fPort, recvTime: new DateOf(input.recvTime) });
      if (decoder) return { data: decoder(input.bytes, input.fPort) };
      return { data: older(input.fPort, input.bytes, {}) };
    }
    function normalized(output) {
      if (!normalize || !output || output.errors && output.errors.length) return undefined;
      try {
        return { output: normalize({ data: output.data, errors: output.errors || [], warnings: output.warnings || [] }) };
      } catch (error) {
        return { threw: describe(error) };
      }
    }

    return function (request) {
      var input = parse(request);
      try {
        if (input.call === 'decodeUplink') {
          if (!decode && !decoder && !older) return '{"missing":"decodeUplink"}';
          var output = uplink(input);
          // Taken down before the normalizer can change it.
          var written = answer({ output: output }, input.limit);
          return answer({ written: written, normalized: normalized(output) }, 2 * input.limit);
        }
        if (input.call === 'encodeDownlink') {
          if (!encodeDownlink) return '{"missing":"encodeDownlink"}';
          return answer({ output: encodeDownlink({ data: input.data, fPort: input.fPort }) }, input.limit);
        }
        if (!decodeDownlink) return '{"missing":"decodeDownlink"}';
        return answer({ output: decodeDownlink({ bytes: input.bytes, fPort: input.fPort }) }, input.limit);
      } catch (error) {
        return stringify({ threw: describe(error) });
      }
    };
  };
})(globalThis)`;

/**
 * Evaluated after the codec, in its global scope: functions that were declared with `const` are no properties of the
 * global object, and only code here sees them.
 */
export const epilogue = `(function (name) {
  switch (name) {
    case 'decodeUplink': return typeof decodeUplink === 'undefined' ? undefined : decodeUplink;
    case 'normalizeUplink': return typeof normalizeUplink === 'undefined' ? undefined : normalizeUplink;
    case 'encodeDownlink': return typeof encodeDownlink === 'undefined' ? undefined : encodeDownlink;
    case 'decodeDownlink': return typeof decodeDownlink === 'undefined' ? undefined : decodeDownlink;
    case 'Decoder': return typeof Decoder === 'undefined' ? undefined : Decoder;
    case 'Decode': return typeof Decode === 'undefined' ? undefined : Decode;
  }
})`;

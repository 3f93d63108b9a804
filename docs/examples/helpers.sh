# Functions for a POSIX shell, beside a mesh that `npm start` runs:  . docs/examples/helpers.sh

# What npm start wrote down: of endpoint, of tokens.operator, of headEnd.dlms …
of() { node -p "require(require('path').resolve(process.env.METERMESH_DATA || '.metermesh', 'demo.json')).$1"; }

# ask ROLE QUERY
ask() {
  node -p 'JSON.stringify({ query: process.argv[1] })' "$2" | curl -s "$(of endpoint)" \
    -H "authorization: Bearer $(of "tokens.$1")" -H 'content-type: application/json' -d @-
}

# place USAGE_POINT SERVICE_KIND
place() {
  ask operator "mutation { registerUsagePoint(input: { id: \"$1\", serviceKind: $2, timeZone: \"Asia/Seoul\", address: \"1 Haneul-ro\" }) { id } }"
}

# meter SERIAL_NUMBER SERVICE_KIND READING_TYPE USAGE_POINT [PARTICULARS] [SUBMETER]
meter() {
  ask operator "mutation {
    registerMeter(input: { serialNumber: \"$1\", manufacturer: \"MMX\", serviceKind: $2, channels: [{ readingType: \"$3\" }], $5 }) { serialNumber }
    installMeter(input: { serialNumber: \"$1\", usagePointId: \"$4\", installedAt: \"2026-11-01T00:00:00Z\" ${6:+, submeter: \"$6\"} }) { id }
  }"
}

# concentrator ID SERIAL_NUMBER: registers a concentrator (bridge, network server) and assigns a meter to it
concentrator() {
  ask operator "mutation {
    registerConcentrator(input: { id: \"$1\", manufacturer: \"MMX\", networkAddress: \"mqtt://$1\" }) { id }
    assignMeterToConcentrator(serialNumber: \"$2\", concentratorId: \"$1\") { serialNumber }
  }"
}

# login CLIENT DIALECT HOLDER: issues a login at the MQTT broker and prints its password
login() {
  ask operator "mutation { issueMqttCredential(input: { client: \"$1\", dialect: $2, $3 }) { password } }" |
    node -p 'JSON.parse(require("fs").readFileSync(0)).data.issueMqttCredential.password'
}

# publish CLIENT PASSWORD TOPIC TEXT, as mosquitto_pub would
publish() {
  broker=$(of headEnd.mqtt | sed 's|^mqtt://||')
  npx -s mqtt pub -h "${broker%:*}" -p "${broker##*:}" -u "$1" -P "$2" -i "$1" -q 1 -t "$3" -m "$4"
}

# frames PROTOCOL < FILE: hexadecimal, one frame a line, or the protocol's own text
frames() {
  curl -s "$(of headEnd.frames)/$1" -H "authorization: Bearer $(of headEnd.uploadToken)" -H 'content-type: text/plain' --data-binary @-
  echo
}

# registers USAGE_POINT: the latest
registers() {
  ask operator "{ usagePoint(id: \"$1\") { registerReads(last: 1) { readAt meter { serialNumber } registers { obis value unit } } } }"
}

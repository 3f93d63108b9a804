import type { HeadEndAddresses } from '../simulator/carriers/carriers.ts';
import type { Mesh } from '../start/mesh.ts';

/** Where devices of all networks bring what they have to say to a mesh on this machine. */
export function headEndAddresses({
  settings,
  secrets,
}: Pick<Mesh, 'settings' | 'secrets'>): HeadEndAddresses {
  const {
    METERMESH_HOST: host,
    DLMS_PORT,
    DSMR_PORT,
    SML_PORT,
    MBUS_PORT,
    MQTT_PORT,
    INGESTION_PORT,
  } = settings;
  return {
    host,
    dlmsPort: DLMS_PORT,
    streamPorts: { dsmr: DSMR_PORT, sml: SML_PORT, mbus: MBUS_PORT },
    framesUrl: `http://${host}:${INGESTION_PORT}/frames`,
    uploadToken: secrets.uploadToken,
    mqttUrl: `mqtt://${host}:${MQTT_PORT}`,
  };
}

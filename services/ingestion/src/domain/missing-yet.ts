/** Codes of what is only missing yet: tried again by itself as soon as device-registry tells more of the meter. */
export const MISSING_YET =
  /^(UNKNOWN_METER|METER_NOT_INSTALLED|USAGE_POINT_UNKNOWN|UNKNOWN_CHANNEL|NOT_ITS_METER|PAYLOAD_CODEC_MISSING|PAYLOAD_CODEC_UNKNOWN|[A-Z0-9]+_KEY_MISSING)$/;

export const isMissingYet = (code: string): boolean => MISSING_YET.test(code);

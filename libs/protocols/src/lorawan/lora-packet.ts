import cjs from 'lora-packet';

/** Its typings say that `default` is a property of the CommonJS module; at run time the functions are the module. */
export const loraPacket = cjs as unknown as typeof cjs.default;

export type LoraPacket = ReturnType<typeof loraPacket.fromWire>;

import { isDecodeError } from '../decode-error.ts';
import { decodeData, encodeData, type CosemData } from './axdr.ts';
import { dataBlocks, type DataBlock } from './data-block.ts';
import type {
  AttributeAccess,
  AttributeReference,
  MethodReference,
  SelectiveAccess,
  ServiceRequest,
} from './service-request.ts';
import {
  encodeActionResult,
  encodeReadResults,
  type AccessResult,
  type ReadResult,
  type ServiceResponse,
} from './service-response.ts';

/** What a meter has behind its associations; each answers what the object says, or why it does not. */
export interface CosemObjects {
  read(target: AttributeReference, access?: SelectiveAccess): ReadResult;
  write?(target: AttributeReference, value: CosemData, access?: SelectiveAccess): AccessResult;
  invoke?(target: MethodReference, parameters?: CosemData): { result: AccessResult; value?: CosemData };
}

/** Tag, kind, invoke id and block header, and what ciphering puts around them. */
const HEADER_OCTETS = 64;
/** Values that a client sends in blocks may not be longer. */
const MAX_RECEIVED = 1 << 20;

interface Reception {
  readonly complete: (value: CosemData, blockNumber: number) => ServiceResponse;
  readonly parts: Uint8Array[];
  length: number;
}

/** Serves GET, SET and ACTION, in blocks where a value needs them. */
export class ServerServices {
  readonly #objects: CosemObjects;
  readonly #room: number;
  #sending: readonly DataBlock[] = [];
  #receiving: Reception | undefined;

  /** @param maximumPduSize octets that an answer may have */
  constructor(objects: CosemObjects, maximumPduSize: number) {
    this.#objects = objects;
    this.#room = Math.max(maximumPduSize - HEADER_OCTETS, 32);
  }

  serve(request: ServiceRequest): ServiceResponse {
    const { invoke } = request;
    switch (request.type) {
      case 'get':
        return this.#get(request, invoke);
      case 'get-list':
        return this.#getList(request.attributes, invoke);
      case 'get-next':
        return this.#nextBlock('get-block', request.blockNumber, invoke);
      case 'action-next':
        return this.#nextBlock('action-block', request.blockNumber, invoke);
      case 'set':
        return { type: 'set', invoke, result: this.#set(request, request.value) };
      case 'set-first-block':
        return this.#receive('set-block', request.block, invoke, (value, blockNumber) => ({
          type: 'set-last-block',
          invoke,
          result: this.#set(request, value),
          blockNumber,
        }));
      case 'action':
        return this.#action(request.target, request.parameters, invoke);
      case 'action-first-block':
        return this.#receive('action-block', request.block, invoke, (value) =>
          this.#action(request.target, value, invoke),
        );
      case 'set-block':
      case 'action-block':
        return this.#receiveNext(request.type, request.block, invoke);
    }
  }

  #get({ target, access }: AttributeAccess, invoke: number): ServiceResponse {
    const read = this.#objects.read(target, access);
    if (!('value' in read)) return { type: 'get-refused', invoke, result: read.result };
    const octets = encodeData(read.value);
    return octets.length <= this.#room
      ? { type: 'get', invoke, value: read.value }
      : this.#sendBlocks('get-block', octets, invoke);
  }

  #getList(attributes: readonly AttributeAccess[], invoke: number): ServiceResponse {
    const results = attributes.map(({ target, access }) => this.#objects.read(target, access));
    const octets = encodeReadResults(results);
    return octets.length <= this.#room
      ? { type: 'get-list', invoke, results }
      : this.#sendBlocks('get-block', octets, invoke);
  }

  #sendBlocks(type: 'get-block' | 'action-block', octets: Uint8Array, invoke: number): ServiceResponse {
    this.#sending = dataBlocks(octets, this.#room);
    return { type, invoke, ...this.#sending[0]! };
  }

  /** `received` is the number of the block that the client has. */
  #nextBlock(type: 'get-block' | 'action-block', received: number, invoke: number): ServiceResponse {
    const block = this.#sending[received];
    if (block) return { type, invoke, ...block };
    const result = this.#sending.length === 0 ? 'no-long-get-in-progress' : 'data-block-number-invalid';
    return type === 'get-block'
      ? { type: 'get-refused', invoke, result }
      : { type: 'action', invoke, result };
  }

  #set({ target, access }: AttributeAccess, value: CosemData): AccessResult {
    return this.#objects.write?.(target, value, access) ?? 'read-write-denied';
  }

  #action(target: MethodReference, parameters: CosemData | undefined, invoke: number): ServiceResponse {
    const done = this.#objects.invoke?.(target, parameters) ?? { result: 'object-undefined' as const };
    const octets = encodeActionResult(done);
    return octets.length <= this.#room
      ? { type: 'action', invoke, ...done }
      : this.#sendBlocks('action-block', octets, invoke);
  }

  #receive(
    type: 'set-block' | 'action-block',
    block: DataBlock,
    invoke: number,
    complete: Reception['complete'],
  ): ServiceResponse {
    this.#receiving = { complete, parts: [], length: 0 };
    return this.#receiveNext(type, block, invoke);
  }

  #receiveNext(type: 'set-block' | 'action-block', block: DataBlock, invoke: number): ServiceResponse {
    const receiving = this.#receiving;
    const { blockNumber, isLast, octets } = block;
    const refuse = (result: AccessResult): ServiceResponse => {
      this.#receiving = undefined;
      return type === 'set-block' ? { type: 'set', invoke, result } : { type: 'action', invoke, result };
    };
    if (!receiving) return refuse('no-long-set-in-progress');
    if (blockNumber !== receiving.parts.length + 1) return refuse('data-block-number-invalid');
    receiving.parts.push(octets);
    receiving.length += octets.length;
    if (receiving.length > MAX_RECEIVED) return refuse('long-set-aborted');
    if (!isLast) return { type: type === 'set-block' ? 'set-block' : 'action-next', invoke, blockNumber };
    const value = decodeData(Buffer.concat(receiving.parts));
    if (isDecodeError(value)) return refuse('type-unmatched');
    this.#receiving = undefined;
    return receiving.complete(value, blockNumber);
  }
}

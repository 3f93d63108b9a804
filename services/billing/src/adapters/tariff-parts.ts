/** A part by its name, parsed. Throws where there is none. */
export type ReadPart = (name: string) => Promise<unknown>;

/**
 * Tariff files share parts, files whose names begin with `_`: `kepco/_taxes` is one that Metermesh ships, `_taxes` stands
 * beside the file. An object with `include` takes from the part what it does not say itself; a part that is a list stands
 * with all its elements in the list that names it. Parts may include parts. Throws where a part is missing, includes
 * itself, or is of the wrong kind for its place.
 */
export async function withParts(
  json: unknown,
  read: ReadPart,
  within: readonly string[] = [],
): Promise<unknown> {
  if (Array.isArray(json)) {
    const elements = await Promise.all(json.map((element) => withParts(element, read, within)));
    return elements.flatMap((element, index) => (isInclusion(json[index]) ? element : [element]));
  }
  if (!isObject(json)) return json;
  const { include, ...members } = json;
  const own = Object.fromEntries(
    await Promise.all(
      Object.entries(members).map(
        async ([key, value]) => [key, await withParts(value, read, within)] as const,
      ),
    ),
  );
  return include === undefined ? own : merged(await part(include, read, within), own, include);
}

async function part(name: unknown, read: ReadPart, within: readonly string[]): Promise<unknown> {
  if (typeof name !== 'string' || !/^([a-z0-9-]+\/)?_[a-z0-9-]+$/.test(name))
    throw new Error(`"include" names no part, such as "kepco/_taxes": ${JSON.stringify(name)}`);
  if (within.includes(name)) throw new Error(`the part "${name}" includes itself`);
  return withParts(await read(name), read, [...within, name]);
}

function merged(taken: unknown, own: Record<string, unknown>, name: unknown): unknown {
  if (isObject(taken)) return { ...taken, ...own };
  if (Array.isArray(taken) && Object.keys(own).length === 0) return taken;
  throw new Error(`the part "${name}" is a list; include it, and nothing beside it, as an element of a list`);
}

function isInclusion(json: unknown): boolean {
  return isObject(json) && 'include' in json;
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

const WAIT_MS = 60_000;

/** Facts take a moment from service to service: tries again until it works, for a minute unless told otherwise. */
export async function eventually<Result>(
  what: string,
  attempt: () => Promise<Result>,
  withinMs = WAIT_MS,
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`Waited in vain for ${what}: ${(error as Error).message}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

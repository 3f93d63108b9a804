const RETRY_AFTER_MS = 500;
const ATTEMPTS = 40;

/** Tries again while the other side is away, for twenty seconds. @throws what it met last */
export async function persistently<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    }
  }
}

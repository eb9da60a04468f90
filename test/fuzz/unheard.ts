/** Runs something, and tells of every rejection that nobody hears meanwhile: each would end a gateway's process. */
export async function hearing<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly unheard: string[] }> {
  const unheard: string[] = [];
  const hear = (reason: unknown): void => {
    unheard.push(`nobody heard: ${String(reason)}`);
  };
  process.on("unhandledRejection", hear);
  try {
    const result = await run();
    await new Promise((resolve) => setImmediate(resolve));
    return { result, unheard };
  } finally {
    process.off("unhandledRejection", hear);
  }
}

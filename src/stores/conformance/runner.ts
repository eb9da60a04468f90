/** What a conformance suite needs of a test runner: Jest, Mocha, Vitest and node:test all fit. */
export interface Runner {
  describe(name: string, body: () => void): void;
  test(name: string, body: () => Promise<void>): void;
}

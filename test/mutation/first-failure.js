/** A reporter for jest that ends the process with the first test that fails: more need not be known of a mutation. */
export default class FirstFailure {
  /**
   * @param {unknown} _test
   * @param {{ status: string }} result
   */
  onTestCaseResult(_test, { status }) {
    if (status === "failed") process.exit(1);
  }

  /**
   * @param {unknown} _test
   * @param {{ testExecError?: unknown }} result
   */
  onTestFileResult(_test, { testExecError }) {
    if (testExecError !== undefined && testExecError !== null) process.exit(1);
  }
}

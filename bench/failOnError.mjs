/** An `onError` for benchmarks: an error makes the measurement invalid, so it ends the process. */
export function failOnError(error) {
  console.error('The measurement is invalid, because onError was called with:', error);
  // An exception thrown here would be swallowed by the reporter.
  process.exit(1);
}

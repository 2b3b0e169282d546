/** An `onError` for benchmarks: an error makes the measurement invalid, so it ends the process. */
export function failOnError(error) {
  console.error('There is no measurement, as this was told to onError:', error);
  // An exception thrown here would be swallowed by the reporter.
  process.exit(1);
}

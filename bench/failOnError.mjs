/** An `onError` for benchmarks: what is told to it makes the measurement wrong, so that there is none. */
export function failOnError(error) {
  console.error('There is no measurement, as this was told to onError:', error);
  // Whoever reports swallows what is thrown here.
  process.exit(1);
}

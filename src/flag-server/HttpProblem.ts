/** LaunchDarkly's error codes and their HTTP status. */
const STATUS = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  optimistic_locking_error: 409,
  payload_too_large: 413,
  too_many_streams: 503,
  internal_service_error: 500,
} as const;

/** The reason why a request is refused. The answer is `{ code, message }`, as from LaunchDarkly. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly status: number;

  constructor(
    readonly code: keyof typeof STATUS,
    message: string,
  ) {
    super(message);
    this.status = STATUS[code];
  }
}

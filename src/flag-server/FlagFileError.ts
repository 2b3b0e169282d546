/** A flag file that cannot be used: it is absent, or its content is broken. The message says where and why. */
export class FlagFileError extends Error {
  override name = 'FlagFileError';
}

/** A flag file that another process of this machine serves. */
export class FlagFileTaken extends FlagFileError {
  override name = 'FlagFileTaken';
}

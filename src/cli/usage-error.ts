// A mistake of a person, in words for that person: shown without a stack trace, exit code 2.

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The exit codes of the commands. */
export const exitCodes = { succeeded: 0, failed: 1, usage: 2, interrupted: 130 } as const;

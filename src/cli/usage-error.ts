// What a person did wrong, in words for that person: shown without a stack trace, exit code 2.

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the commands end with. */
export const exitCodes = { succeeded: 0, failed: 1, usage: 2, interrupted: 130 } as const;

// The error that an intrinsic function throws when it cannot work with its arguments; the call turns it into an outcome.

export class IntrinsicProblem extends Error {
  /** AWS's words, where it has any but "Invalid arguments in States.Hash". */
  readonly detail: string | undefined;

  constructor(detail?: string) {
    super(detail);
    this.detail = detail;
  }
}

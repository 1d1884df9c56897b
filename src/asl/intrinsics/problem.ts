// What an intrinsic function throws when it cannot work with its arguments; the caller turns it into an outcome.

export class IntrinsicProblem extends Error {}

// The failure of a bucket. Its message becomes the cause of a state's failure: it says what, and where.

export type BucketProblem =
  "NoSuchBucket" | "NoSuchKey" | "NoSuchVersion" | "AccessDenied" | "Changed" | "InvalidKey" | "Failed";

export class BucketError extends Error {
  override readonly name = "BucketError";
  readonly problem: BucketProblem;

  constructor(problem: BucketProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** S3's sentences, which AWS shows in causes. */
export const sentences = {
  NoSuchBucket: "The specified bucket does not exist.",
  NoSuchKey: "The specified key does not exist.",
  NoSuchVersion: "The specified version does not exist.",
} as const;

export function changedError(bucket: string, key: string): BucketError {
  return new BucketError("Changed", `The object s3://${bucket}/${key} has changed since the Map Run began to read it.`);
}

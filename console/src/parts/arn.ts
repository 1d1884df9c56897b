// Parts of ARNs that the pages show, and what leads from one to another.

/** `arn:aws:states:region:account:execution:machine:name[:uuid]` without what every ARN repeats. */
export function nameOfArn(arn: string): string {
  return arn.split(":").slice(6).join(":");
}

/** The name of an execution, whose machine comes before it. */
export function executionNameOf(arn: string): string {
  return arn.split(":").slice(7).join(":");
}

export function machineNameOf(arn: string): string {
  return arn.split(":")[6] ?? arn;
}

/** The version number or the name of the alias at the end of a qualified ARN. */
export function qualifierOf(arn: string): string {
  return arn.split(":")[7] ?? "";
}

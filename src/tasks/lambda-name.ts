// The ways to name a Lambda function: `name`, `name:qualifier`, `account:function:name` and the ARN, each with or
// without a qualifier (the FunctionName of Lambda's Invoke).

export interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string | undefined;
  readonly region: string;
  /** Without the qualifier. */
  readonly arn: string;
  /** Its account and region are those of the calling workflow. */
  readonly isHome: boolean;
}

/** The pattern that Lambda's API checks function names with; it is part of its error text. */
export const functionNamePattern =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?" +
  "([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
const functionName =
  /^(?:arn:([a-z-]+):lambda:)?(?:([a-z]{2}[a-z-]*-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

/**
 * @param homeArn an ARN of the calling workflow: where functions are looked for that are not named in full.
 * @returns `undefined` when the text is none of the forms.
 */
export function parseFunctionName(text: string, homeArn: string): FunctionReference | undefined {
  if (text.length > 170) return undefined;
  const [, partition, region, account, name, qualifier] = functionName.exec(text) ?? [];
  if (name === undefined) return undefined;
  const [, homePartition = "aws", , homeRegion = "us-east-1", homeAccount = "123456789012"] = homeArn.split(":");
  const place = {
    partition: partition ?? homePartition,
    region: region ?? homeRegion,
    account: account ?? homeAccount,
  };
  const arn = `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${name}`;
  const isHome = place.region === homeRegion && place.account === homeAccount;
  return { name, qualifier, region: place.region, arn, isHome };
}

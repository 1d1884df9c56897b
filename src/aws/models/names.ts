// Names of services, members and errors as the AWS SDK for Java has them: Step Functions calls services through it, and shows
// its names in resource ARNs, in parameters and results, and in errors.

/**
 * A name in the SDK's PascalCase, such as `DynamoDb` of `DynamoDB` and `AcmPca` of `ACM PCA`.
 * Source: the word boundaries of the SDK's code generator.
 */
export function pascalCase(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, " ")
    .replaceAll(/([^a-z]{2,})v([0-9]+)/g, "$1 v$2 ")
    .replaceAll(/([^A-Z]{2,})V([0-9]+)/g, "$1 V$2 ")
    .replaceAll(/(?<=[a-z])(?=[A-Z][a-zA-Z0-9])/g, " ")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replaceAll(/([0-9])([a-zA-Z])/g, "$1 $2")
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

/** The name before errors of `aws-sdk` tasks, by the service's id in its model. In lower case it is the service in ARNs. */
export function sdkName(serviceId: string): string {
  return pascalCase(serviceId).replace(/(?<=.)Service$/, "");
}

/** The class of an error that a model has, such as `NoSuchKeyException` of `NoSuchKey`. */
export function exceptionName(shapeName: string): string {
  if (shapeName.endsWith("Exception")) return shapeName;
  return `${shapeName.replace(/(?<=.)Fault$/, "")}Exception`;
}

/** Whose names the members of requests and answers have in tasks, always with a capital first letter. */
export type MemberNames =
  /** The service's own, as in the parameters of optimized integrations: `DBInstanceIdentifier`. */
  | "service"
  /** Those of the AWS SDK for Java 2, as in `aws-sdk` tasks: `DbInstanceIdentifier`. */
  | "sdk";

export function memberName(member: string, names: MemberNames): string {
  if (names === "sdk") return upperFirst(javaName(member));
  return member === "equals" ? "EqualsValue" : upperFirst(member);
}

/**
 * The name of a member's accessors: capitals at its beginning are one word, and what Java has a word or a method for gets an
 * ending. Source: the SDK's code generator (`Utils.unCapitalize`, `DefaultNamingStrategy`, DynamoDB's customization).
 */
function javaName(member: string): string {
  // Names of DynamoDB's kinds of values, of which Java has one for itself.
  if (member === "NULL") return "nul";
  const [capitals = ""] = /^.[A-Z]*(?![a-z])|^./.exec(member) ?? [];
  const name = capitals.toLowerCase() + member.slice(capitals.length);
  return javaWords.has(name.toLowerCase()) || javaMethods.has(name) ? `${name}Value` : name;
}

const javaWords: ReadonlySet<string> = new Set(
  (
    "abstract assert boolean break byte case catch char class const continue default do double else enum extends false final " +
    "finally float for goto if implements import instanceof int interface long native new null package private protected " +
    "public return short static strictfp super switch synchronized this throw throws transient true try void volatile while"
  ).split(" "),
);
const javaMethods: ReadonlySet<string> = new Set(
  (
    "equals finalize getClass hashCode notify notifyAll toString wait builder sdkFields toBuilder overrideConfiguration " +
    "sdkHttpResponse"
  ).split(" "),
);

export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

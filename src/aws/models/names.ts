// Names of services and errors as the AWS SDK for Java has them: Step Functions calls services through it, and shows its
// class names in resource ARNs and in errors.

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

/** A member's name with its first letter capital: all that Step Functions changes in names. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

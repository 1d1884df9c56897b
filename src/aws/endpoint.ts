// Where an AWS service is, and who calls it: the standard environment variables of the AWS SDKs.
type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Emulators take any signature, so that without credentials some that say nothing do. */
export function credentialsOf(environment: Environment): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) return { accessKeyId: accessKeyId || "test", secretAccessKey: "test" };
  return { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"] || undefined };
}

/**
 * `AWS_ENDPOINT_URL_<service>`, else `AWS_ENDPOINT_URL`; `undefined` when neither is set.
 * @param service such as `LOGS`.
 * @throws Error when it is no address.
 */
export function endpointOf(environment: Environment, service: string): string | undefined {
  const text = environment[`AWS_ENDPOINT_URL_${service}`] || environment["AWS_ENDPOINT_URL"] || undefined;
  if (text === undefined || isHttpAddress(text)) return text;
  throw new Error(
    `AWS_ENDPOINT_URL_${service} (or AWS_ENDPOINT_URL) is no address that starts with http:// or https:// without a name and password.`,
  );
}

/** The address of the service in AWS itself. */
export function awsEndpoint(service: string, { partition, region }: { partition: string; region: string }): string {
  return `https://${service}.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}

/** Longer parts of a path are the keys and tokens of callbacks and webhooks rather than names. */
const longestShownSegment = 20;

/**
 * An address in a log, a message or an error: without the name and password, the query, and parts of the path that may be
 * keys.
 */
export function shownAddress(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  if (pathname === "/") return origin;
  const shown = pathname.split("/").map((segment) => (segment.length > longestShownSegment ? "…" : segment));
  return `${origin}${shown.join("/")}`;
}

/** Whether a text, whatever it was given for, has an address in it, which may hold secrets. */
export function holdsAddress(text: string): boolean {
  return /[a-z][a-z\d+.-]*:\/\//i.test(text);
}

/** An address that a request can be sent to: HTTP, and without a name and password, which would end up in logs. */
export function isHttpAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

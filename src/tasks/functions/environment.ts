// The environment of every function that runs on this machine: what Lambda sets, what finds the way back to this server, and
// the server's own variables but for those that hold its secrets.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { homeFolder } from "../../aws/home-folder.ts";

/** The facts that a function has to know of the server that calls it. */
export interface ServerFacts {
  readonly region: string;
  /** The address of its API; `undefined` until it listens. */
  readonly url: () => string | undefined;
  /** Whether requests to it have to be signed with its keys. */
  readonly hasKeys: boolean;
  /** Names of its variables that hold secrets: keys of its API. */
  readonly secretVariables: readonly string[];
}

export interface FunctionEnvironmentOptions {
  readonly functionName: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A command has none. */
  readonly handler?: string | undefined;
  /** Such as `nodejs24.x`; a command has none. */
  readonly runtime?: string | undefined;
  readonly memoryMb?: number | undefined;
  /** The trace header of the call, where the process has only one. */
  readonly traceHeader?: string | undefined;
  readonly server?: ServerFacts | undefined;
  /** The variables of this process. */
  readonly inherited?: Environment | undefined;
  /** Whether an SDK finds credentials that no variable names. */
  readonly hasOtherCredentials?: (() => boolean) | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables by which an SDK finds credentials. */
const credentialVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/** The variables that Lambda reserves win over the server's own, and those of the function's `env` over all. */
export function functionEnvironment(options: FunctionEnvironmentOptions): Environment {
  const { functionName, cwd, env, handler, runtime, memoryMb, traceHeader, server } = options;
  const { inherited = process.env } = options;
  const own = Object.fromEntries(
    Object.entries(inherited).filter(([name]) => server?.secretVariables.includes(name) !== true),
  );
  const region = own["AWS_REGION"] ?? own["AWS_DEFAULT_REGION"] ?? server?.region;
  const environment: Record<string, string | undefined> = {
    ...own,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(new Date()),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    LAMBDA_TASK_ROOT: cwd,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: own["AWS_DEFAULT_REGION"] ?? region,
    TZ: ":UTC",
    // An SDK would otherwise send StartSyncExecution to sync-127.0.0.1, which is no host.
    AWS_DISABLE_HOST_PREFIX_INJECTION: own["AWS_DISABLE_HOST_PREFIX_INJECTION"] ?? "true",
    // An endpoint that was set by hand stays.
    AWS_ENDPOINT_URL_SFN: own["AWS_ENDPOINT_URL_SFN"] ?? server?.url(),
    _X_AMZN_TRACE_ID: traceHeader,
    _HANDLER: handler,
    AWS_EXECUTION_ENV: runtime === undefined ? undefined : `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryMb === undefined ? undefined : String(memoryMb),
    ...env,
  };
  const { hasOtherCredentials = machineHasCredentials } = options;
  const isNamed = credentialVariables.some((name) => environment[name]);
  if (server !== undefined && !server.hasKeys && !isNamed && !hasOtherCredentials()) {
    // Those of `pawl env`: an SDK insists on some, and this server looks at none.
    environment["AWS_ACCESS_KEY_ID"] = "pawl";
    environment["AWS_SECRET_ACCESS_KEY"] = "pawl";
  }
  // A variable without a value would be the text "undefined" for some systems.
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}

/** One for each process, as Lambda has one for each execution environment. */
function logStreamName(now: Date): string {
  return `${now.toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomBytes(16).toString("hex")}`;
}

let found: boolean | undefined;

/** Files of credentials, or a machine of EC2, which may have a role. They do not come and go. */
function machineHasCredentials(): boolean {
  found ??= hasCredentialFile() || isEc2();
  return found;
}

function hasCredentialFile(): boolean {
  const { AWS_SHARED_CREDENTIALS_FILE: shared, AWS_CONFIG_FILE: config } = process.env;
  const home = homeFolder();
  const usual = (name: string): string | undefined => home && join(home, ".aws", name);
  return [shared || usual("credentials"), config || usual("config")].some((file) => file && existsSync(file));
}

function isEc2(): boolean {
  try {
    return readFileSync("/sys/devices/virtual/dmi/id/sys_vendor", "utf8").trim() === "Amazon EC2";
  } catch {
    // Not there: another system, or one that shows it to nobody.
    return false;
  }
}

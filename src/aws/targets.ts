// Where the requests of tasks go, and who makes them: pawl.config.json, then the environment and the profiles of the AWS SDKs.
// AWS itself is called only where something says so.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Credentials, isHttpAddress } from "./endpoint.ts";
import { homeFolder } from "./home-folder.ts";
import type { ServiceModel } from "./models/model.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServiceSettings {
  /** An address, or `aws` for AWS itself. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

export interface TargetsOptions {
  readonly environment: Environment;
  /** By names as in ARNs of `aws-sdk` tasks. */
  readonly services: ReadonlyMap<string, ServiceSettings>;
  /** Where nothing else says one. */
  readonly region: string;
  /** An address of this very server, which answers for no other service. */
  readonly isOwnAddress: (address: string) => boolean;
  /** Ids of the access keys of this very server: with them nobody says that AWS is to be called. */
  readonly ownKeyIds?: readonly string[] | undefined;
}

export type Target =
  | { readonly kind: "endpoint"; readonly url: URL; readonly region: string; readonly says: string }
  | { readonly kind: "aws"; readonly region: string; readonly says: string }
  | { readonly kind: "notConfigured"; readonly message: string };

export type Identity = Pick<ServiceModel, "name" | "serviceId">;

/** Services in regions; more are found anew each time. */
const mostKnown = 1000;

/** Signatures of those who have no credentials: emulators take any. */
const anybody: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

export class Targets {
  readonly #options: TargetsOptions;
  readonly #known = new Map<string, Target>();
  #profile: Promise<Profile> | undefined;
  #chain: Promise<() => Promise<Credentials>> | undefined;

  constructor(options: TargetsOptions) {
    this.#options = options;
  }

  /** @param region of the call, before all others. */
  async targetOf(service: Identity, region?: string): Promise<Target> {
    const key = `${service.name} ${region ?? ""}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const target = (await this.resolver())(service, region);
    if (this.#known.size < mostKnown) this.#known.set(key, target);
    return target;
  }

  /** Tells of any service where it is, once the profile has been read. */
  async resolver(): Promise<(service: Identity, region?: string) => Target> {
    const profile = await (this.#profile ??= readProfile(this.#options.environment));
    return (service, region) => this.#resolve(service, region, profile);
  }

  #resolve(service: Identity, callRegion: string | undefined, profile: Profile): Target {
    const { environment, services } = this.#options;
    const { endpoint, region: ownRegion } = services.get(service.name.toLowerCase()) ?? {};
    const region = callRegion ?? ownRegion ?? this.#regionOf(profile);
    const says = "pawl.config.json";
    if (endpoint === "aws") return { kind: "aws", region, says };
    if (endpoint !== undefined) return { kind: "endpoint", url: new URL(endpoint), region, says };
    const found = this.#standardEndpoint(service, profile);
    if (found !== undefined) {
      if (!isHttpAddress(found.address)) return { kind: "notConfigured", message: noAddress(found.says) };
      return { kind: "endpoint", url: new URL(found.address), region, says: found.says };
    }
    const variable = this.#credentialsVariable();
    if (variable !== undefined) return { kind: "aws", region, says: variable };
    const message = notConfigured(service, { hasOtherKey: Boolean(environment["AWS_ACCESS_KEY_ID"]) });
    return { kind: "notConfigured", message };
  }

  /** @throws Error when the chain of credentials ends without any. */
  async credentialsFor({ kind }: Target): Promise<Credentials> {
    const { environment } = this.#options;
    const given = environmentCredentials(environment);
    if (given !== undefined) return given;
    if (kind !== "aws" && this.#credentialsVariable() === undefined) return anybody;
    this.#chain ??= credentialChain();
    return (await this.#chain)();
  }

  #standardEndpoint({ serviceId }: Identity, profile: Profile): Found | undefined {
    const { environment } = this.#options;
    if (/^true$/i.test(environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? "")) return undefined;
    const own = snakeCase(serviceId);
    for (const variable of [`AWS_ENDPOINT_URL_${own.toUpperCase()}`, "AWS_ENDPOINT_URL"]) {
      const address = environment[variable] ?? "";
      if (address !== "" && !this.#isOwn(address)) return { address, says: variable };
    }
    const address = profile.endpoints.get(own) ?? profile.endpoints.get("");
    if (address === undefined || this.#isOwn(address)) return undefined;
    return { address, says: `the profile ${profile.name}` };
  }

  /** The variable by which somebody has said whose credentials requests are made with. */
  #credentialsVariable(): string | undefined {
    const { environment, ownKeyIds = [] } = this.#options;
    const isSaid = (variable: string): boolean => {
      const value = environment[variable] ?? "";
      if (variable !== "AWS_ACCESS_KEY_ID") return value !== "";
      return awsKeyId.test(value) && !ownKeyIds.includes(value);
    };
    return credentialsVariables.find(isSaid);
  }

  #isOwn(address: string): boolean {
    return isHttpAddress(address) && this.#options.isOwnAddress(address);
  }

  #regionOf(profile: Profile): string {
    const { environment, region } = this.#options;
    const given = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
    if (given !== undefined && given !== "") return given;
    // Without a word about profiles the server's own region holds.
    return (environment["AWS_PROFILE"] ? profile.region : undefined) ?? region;
  }
}

/** The service in names of variables and profiles. */
function snakeCase(serviceId: string): string {
  return serviceId.replaceAll(/[ -]/g, "_").toLowerCase();
}

interface Found {
  readonly address: string;
  /** The variable or the like that says so. */
  readonly says: string;
}

interface Profile {
  readonly name: string;
  readonly region: string | undefined;
  /** By service in snake_case; the empty name is for all. */
  readonly endpoints: ReadonlyMap<string, string>;
}

async function readProfile(environment: Environment): Promise<Profile> {
  const name = environment["AWS_PROFILE"] || "default";
  const home = homeFolder();
  const configFilepath = environment["AWS_CONFIG_FILE"] || (home && join(home, ".aws", "config"));
  if (configFilepath === undefined || !existsSync(configFilepath))
    return { name, region: undefined, endpoints: new Map() };
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const { configFile } = await loadSharedConfigFiles({ configFilepath, ignoreCache: true });
  const { [name]: profile = {} } = configFile;
  const { [`services.${profile["services"] ?? ""}`]: services = {} } = configFile;
  const endpoints = new Map<string, string>();
  for (const [key, value = ""] of Object.entries(services)) {
    const [service = "", setting] = key.split(".");
    if (setting === "endpoint_url" && value !== "") endpoints.set(snakeCase(service), value);
  }
  const { endpoint_url: general = "", region } = profile;
  if (general !== "") endpoints.set("", general);
  return { name, region: region === "" ? undefined : region, endpoints };
}

function environmentCredentials(environment: Environment): Credentials | undefined {
  if (environment["AWS_PROFILE"]) return undefined;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"] || undefined };
}

const credentialsVariables = [
  "AWS_PROFILE",
  "AWS_ACCESS_KEY_ID",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Ids of keys as AWS gives them (IAM's API, `AccessKeyId`). Shorter ones are dummies: `pawl`, which `pawl env` prints, and the
 * `test` of emulators must not lead requests to AWS.
 */
const awsKeyId = /^\w{16,128}$/;

/** The SDK's own chain: it refreshes what expires. Its libraries are loaded by those who need it. */
async function credentialChain(): Promise<() => Promise<Credentials>> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  return defaultProvider();
}

function noAddress(says: string): string {
  return `${says} is no address that starts with http:// or https:// without a name and password, so nothing is called.`;
}

function notConfigured({ name, serviceId }: Identity, { hasOtherKey }: { readonly hasOtherKey: boolean }): string {
  const service = name.toLowerCase();
  const variable = `AWS_ENDPOINT_URL_${snakeCase(serviceId).toUpperCase()}`;
  return (
    `Nothing says where ${serviceId} is, so nothing is called. Add it to pawl.config.json: ` +
    `"services": { ${JSON.stringify(service)}: { "endpoint": "http://127.0.0.1:4566" } } with its address, or with "aws" ` +
    `for AWS itself (or set ${variable} or AWS_ENDPOINT_URL; AWS itself is also called where AWS_PROFILE or ` +
    `AWS_ACCESS_KEY_ID is set${hasOtherKey ? ", but the one that is set is no key of AWS" : ""}).`
  );
}

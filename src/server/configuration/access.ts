// The access keys of a configuration with their secrets, which stand in its file, in another one or in the environment; no
// message shows one.
import { readFileSync } from "node:fs";
import type { AccessKey } from "../../api/authentication.ts";
import type { Allowance } from "../../api/policy.ts";
import { readProblem } from "../file-problem.ts";
import { show } from "./walk.ts";

export type SecretSource =
  | { readonly kind: "text"; readonly secret: string }
  /** An absolute path. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "variable"; readonly name: string };

export interface KeyConfiguration {
  readonly accessKeyId: string;
  readonly secret: SecretSource;
  readonly allow?: readonly Allowance[] | undefined;
}

export interface AuthConfiguration {
  /** At least one. */
  readonly keys: readonly KeyConfiguration[];
}

/** The message on a server that does not start because other machines reach it, with what to add to its configuration. */
export function keysWanted(source: string, host: string): string {
  return (
    `${source} is ${show(host)}, which other machines can reach, so Pawl must know its callers (authentication). ` +
    "Add a key to the configuration file (pawl.config.json, or the text of it in PAWL_CONFIG_JSON):\n" +
    '  "auth": { "keys": [{ "accessKeyId": "admin", "secretAccessKeyFile": "admin.secret" }] }\n' +
    "and make its secret beside it: openssl rand -hex 20 > admin.secret"
  );
}

/**
 * Reads what the sources hold.
 * @returns the problems instead, where there are any.
 */
export function readAccessKeys(
  { keys }: AuthConfiguration,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly keys: readonly AccessKey[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = keys.map(({ accessKeyId, secret, allow }): AccessKey => {
    const { text, where, problem } = readSecret(secret, environment);
    const owner = `The secret of the access key ${accessKeyId}`;
    if (problem !== undefined) problems.push(`${owner} cannot be read: ${problem}`);
    else if (!/^[!-~]{16,1024}$/.test(text)) {
      problems.push(
        `${owner} (${where}) is no secret: it must be 16 to 1024 visible ASCII characters without spaces. ` +
          "Make one: openssl rand -hex 20",
      );
    }
    return { accessKeyId, secretAccessKey: text ?? "", allow };
  });
  return { keys: read, problems };
}

function readSecret(source: SecretSource, environment: Readonly<Record<string, string | undefined>>): ReadSecret {
  switch (source.kind) {
    case "text":
      return { text: source.secret, where: "secretAccessKey" };
    case "variable": {
      const { [source.name]: text } = environment;
      if (text === undefined) return absent(`the environment variable ${source.name} is not set.`);
      return { text, where: `the environment variable ${source.name}` };
    }
    case "file":
      return readSecretFile(source.path);
  }
}

interface ReadSecret {
  readonly text: string;
  readonly where: string;
  readonly problem?: string;
}

const absent = (problem: string): ReadSecret => ({ text: "", where: "", problem });

function readSecretFile(path: string): ReadSecret {
  try {
    return { text: readFileSync(path, "utf8").trimEnd(), where: path };
  } catch (cause) {
    return absent(`${readProblem(path, cause)}. Make one: openssl rand -hex 20 > ${path} && chmod 600 ${path}`);
  }
}

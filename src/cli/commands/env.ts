// `pawl env`: what the AWS CLI, the SDKs and Terraform need to find this server, as lines for a shell.
import type { KeyConfiguration } from "../../server/configuration/access.ts";
import type { Configuration } from "../../server/configuration/configuration.ts";
import { urlAt } from "../../server/listen.ts";

export type Shell = "sh" | "fish" | "powershell";
export const shells: readonly Shell[] = ["sh", "fish", "powershell"];

/** Only Step Functions is redirected: other services stay where they are. */
export function environmentLines(
  { host, port, arns, auth }: Pick<Configuration, "host" | "port" | "arns" | "auth">,
  shell: Shell,
): string {
  const set = (name: string, value: string): string => assignment(shell, name, quoted(shell, value));
  const key = auth?.keys[0];
  const lines = [
    set("AWS_ENDPOINT_URL_SFN", urlAt(host, port)),
    ...(key === undefined
      ? // Dummies that clients insist on.
        [set("AWS_ACCESS_KEY_ID", "pawl"), set("AWS_SECRET_ACCESS_KEY", "pawl")]
      : // A token left over from other credentials would be refused.
        [set("AWS_ACCESS_KEY_ID", key.accessKeyId), secretLine(shell, key), set("AWS_SESSION_TOKEN", "")]),
    set("AWS_REGION", arns.region),
    set("AWS_DEFAULT_REGION", arns.region),
    // StartSyncExecution and TestState would go to sync-127.0.0.1, which is no host.
    set("AWS_DISABLE_HOST_PREFIX_INJECTION", "true"),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The secret itself is never printed: the shell fetches it from where it stands, or a comment says where that is. */
function secretLine(shell: Shell, { accessKeyId, secret }: KeyConfiguration): string {
  const name = "AWS_SECRET_ACCESS_KEY";
  switch (secret.kind) {
    case "text":
      return `# ${name}: set it to the secretAccessKey of ${accessKeyId} in the configuration file.`;
    case "variable":
      return assignment(shell, name, variableIn(shell, secret.name));
    case "file":
      return assignment(shell, name, contentIn(shell, quoted(shell, secret.path)));
  }
}

function assignment(shell: Shell, name: string, expression: string): string {
  switch (shell) {
    case "sh":
      return `export ${name}=${expression}`;
    case "fish":
      return `set -gx ${name} ${expression};`;
    case "powershell":
      return `$Env:${name} = ${expression}`;
  }
}

function variableIn(shell: Shell, name: string): string {
  return shell === "powershell" ? `$Env:${name}` : `"$${name}"`;
}

function contentIn(shell: Shell, path: string): string {
  switch (shell) {
    case "sh":
      return `"$(cat ${path})"`;
    case "fish":
      return `(cat ${path})`;
    case "powershell":
      return `(Get-Content -Raw ${path}).Trim()`;
  }
}

function quoted(shell: Shell, value: string): string {
  switch (shell) {
    case "sh":
      return `'${value.replaceAll("'", `'\\''`)}'`;
    case "fish":
      return `'${value.replaceAll(/['\\]/g, "\\$&")}'`;
    case "powershell":
      return `'${value.replaceAll(/['\u2018-\u201b]/g, "$&$&")}'`;
  }
}

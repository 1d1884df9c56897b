// `pawl env`: what the AWS CLI, the SDKs and Terraform need to find this server, as lines for a shell.
import type { Configuration } from "../server/configuration.ts";

export type Shell = "sh" | "fish" | "powershell";
export const shells: readonly Shell[] = ["sh", "fish", "powershell"];

/** Only Step Functions is redirected: other services stay where they are. The keys are dummies that clients insist on. */
export function environmentLines(
  { host, port, arns }: Pick<Configuration, "host" | "port" | "arns">,
  shell: Shell,
): string {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const variables = {
    AWS_ENDPOINT_URL_SFN: url,
    AWS_ACCESS_KEY_ID: "pawl",
    AWS_SECRET_ACCESS_KEY: "pawl",
    AWS_REGION: arns.region,
    AWS_DEFAULT_REGION: arns.region,
    // StartSyncExecution and TestState would go to sync-127.0.0.1, which is no host.
    AWS_DISABLE_HOST_PREFIX_INJECTION: "true",
  };
  return Object.entries(variables)
    .map(([name, value]) => `${lineFor(shell, name, value)}\n`)
    .join("");
}

/** No value has a quote in it: hosts, ports and regions are checked. */
function lineFor(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case "sh":
      return `export ${name}='${value}'`;
    case "fish":
      return `set -gx ${name} '${value}';`;
    case "powershell":
      return `$Env:${name} = '${value}'`;
  }
}

// An AWS action as a command or as code that does the same against this server.

export type Language = "cli" | "javascript" | "python";

export interface Call {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly endpoint: { readonly url: string; readonly region: string };
}

export function codeOf(language: Language, call: Call): string {
  switch (language) {
    case "cli":
      return commandOf(call);
    case "javascript":
      return javascriptOf(call);
    case "python":
      return pythonOf(call);
  }
}

function commandOf({ action, input, endpoint }: Call): string {
  const options = Object.entries(input).map(([name, value]) => `  --${dashed(name)} ${quoted(textOf(value))}`);
  const head = `aws stepfunctions ${dashed(action)} --endpoint-url ${quoted(endpoint.url)} --region ${quoted(endpoint.region)}`;
  return [head, ...options].join(" \\\n");
}

function javascriptOf({ action, input, endpoint }: Call): string {
  return [
    `import { SFNClient, ${action}Command } from "@aws-sdk/client-sfn";`,
    "",
    `const client = new SFNClient(${JSON.stringify({ endpoint: endpoint.url, region: endpoint.region })});`,
    `const answer = await client.send(new ${action}Command(${JSON.stringify(input, undefined, 2)}));`,
    "console.log(answer);",
    "",
  ].join("\n");
}

function pythonOf({ action, input, endpoint }: Call): string {
  const options = Object.entries(input).map(([name, value]) => `    ${name}=${pythonText(textOf(value))},`);
  return [
    "import boto3",
    "",
    `client = boto3.client("stepfunctions", endpoint_url=${pythonText(endpoint.url)}, region_name=${pythonText(endpoint.region)})`,
    `answer = client.${dashed(action).replaceAll("-", "_")}(`,
    ...options,
    ")",
    "print(answer)",
    "",
  ].join("\n");
}

function dashed(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

/** For a POSIX shell: nothing in it is read as anything else than text. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** JSON's escapes of a text are Python's too, once they are whole: halves of surrogate pairs stay as they are. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

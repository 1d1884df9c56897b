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
      return pythonProgramOf(call);
  }
}

function commandOf({ action, input, endpoint }: Call): string {
  const head = `aws stepfunctions ${dashed(action)} --endpoint-url ${quoted(endpoint.url)} --region ${quoted(endpoint.region)}`;
  const values = Object.entries(input).map(([name, value]) => [name, textOf(value)] as const);
  // The CLI takes these for options of its own and for files that it is to read.
  if (values.some(([, text]) => /^(-|fileb?:\/\/)/.test(text))) {
    return `${head} \\\n  --cli-input-json ${quoted(JSON.stringify(input))}`;
  }
  return [head, ...values.map(([name, text]) => `  --${dashed(name)} ${quoted(text)}`)].join(" \\\n");
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

function pythonProgramOf({ action, input, endpoint }: Call): string {
  const options = Object.entries(input).map(([name, value]) => `    ${name}=${pythonOfValue(value)},`);
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

function pythonOfValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonOfValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${pythonText(name)}: ${pythonOfValue(member)}`)
      .join(", ")}}`;
  }
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? pythonText(value) : JSON.stringify(value);
}

/** JSON's escapes of a text are Python's too, once they are whole: halves of surrogate pairs stay as they are. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

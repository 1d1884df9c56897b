// The published sample definitions: where they are, and each with its placeholders filled as a deployment would fill them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject, parseJson } from "../../src/asl/json.ts";
import { fillPlaceholders, placeholdersIn } from "../../src/asl/placeholder.ts";
import { arns } from "../fast-server.ts";

export interface Sample {
  /** The name of its file without the ending that all have. */
  readonly name: string;
  /** A name for the state machine, which may be no longer than 80 characters. */
  readonly machine: string;
  /** The text, filled. */
  readonly text: string;
  readonly definition: JsonObject;
}

const ending = "-asl.asl.json";
const mostCharacters = 1_048_576;

/** Words in the place of values, without any mark that they are to be filled. */
const unmarked: Readonly<Record<string, string>> = {
  "'api_endpoint'": "'https://api.example.com/'",
  "-{ACCOUNT-NUMBER}": `-${arns.account}`,
  "-{REGION}": `-${arns.region}`,
  ":{ACCOUNT-NUMBER}": `:${arns.account}`,
  ":{REGION}": `:${arns.region}`,
  '"TOPIC_ARN"': `"arn:aws:sns:${arns.region}:${arns.account}:topic"`,
};

/** @returns `undefined` when they are not here. */
export function findSamples(projectRoot: string): string | undefined {
  const directory = process.env["PAWL_SAMPLES"] ?? join(projectRoot, "../shared/samples");
  return existsSync(directory) ? directory : undefined;
}

export function readSamples(directory: string): readonly Sample[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file, i) => {
      const text = filled(readFileSync(join(directory, file), "utf8"), i);
      const definition = parseJson(text);
      if (!isJsonObject(definition)) throw new Error(`${file} holds no definition.`);
      const name = file.slice(0, -ending.length);
      return { name, machine: `sample-${i}-${name}`.slice(0, 80), text, definition };
    });
}

/** @param i makes names of tables the sample's own: others have other keys. */
function filled(written: string, i: number): string {
  const { region, account } = arns;
  const text = Object.entries(unmarked).reduce((before, [mark, value]) => before.replaceAll(mark, value), written);
  const alone = text
    .replaceAll(/"(\w+)":\s*"\$\{([^}]*)\}"/g, (_all, field: string, name: string) => {
      return `"${field}": "${fieldValue(field, name)}${field === "TableName" ? `-${i}` : ""}"`;
    })
    .replaceAll(/(":\s*)\$\{[^}]*\}/g, (_all, before: string) => `${before}1`);
  const words = placeholdersIn(alone).map(({ name }): readonly [string, string] => {
    if (/partition$/i.test(name)) return [name, arns.partition];
    if (/region$/i.test(name)) return [name, region];
    if (/account_?id$/i.test(name)) return [name, account];
    if (/(?:Function|Lambda)(?:ARN|Arn)$/.test(name)) return [name, arn("lambda", `function:${word(name)}`)];
    return [name, /bucket/i.test(name) ? bucket(name) : word(name)];
  });
  return fillPlaceholders(alone, new Map(words), mostCharacters)?.text ?? alone;
}

/** The value of a field that is a placeholder and nothing else. */
function fieldValue(field: string, placeholder: string): string {
  const name = word(placeholder);
  switch (field) {
    case "Resource":
      return resource(name);
    case "FunctionName":
      return /arn$/i.test(name) ? arn("lambda", `function:${name}`) : name;
    case "TopicArn":
      return arn("sns", name);
    case "QueueUrl":
      return `https://sqs.${arns.region}.amazonaws.com/${arns.account}/${name}`;
    case "StateMachineArn":
      return arn("states", `stateMachine:${name}`);
    case "Bucket":
      return bucket(name);
    case "LambdaParameters":
      return "{}";
    default:
      if (/Role/.test(field)) return `arn:${arns.partition}:iam::${arns.account}:role/${name}`;
      return name;
  }
}

function resource(name: string): string {
  if (name.startsWith("SNS")) return "arn:aws:states:::sns:publish";
  if (name.startsWith("SQS")) return "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
  if (name.startsWith("LambdaAction")) return "arn:aws:states:::lambda:invoke";
  if (name.includes("Activity")) return arn("states", `activity:${name}`);
  return arn("lambda", `function:${name}`);
}

const arn = (service: string, rest: string): string =>
  `arn:${arns.partition}:${service}:${arns.region}:${arns.account}:${rest}`;
const word = (name: string): string => name.replaceAll(/\W/g, "_");
const bucket = (name: string): string => word(name).toLowerCase().replaceAll("_", "-");

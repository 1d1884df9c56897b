// `${…}` in recorded parameters: values of earlier responses, and names that stand for what the recorder had.
import { isJsonArray, isJsonObject, type Json, memberOf, setMember } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/aws/arn.ts";

export interface Known {
  readonly arns: ArnSpace;
  readonly definitions: readonly Json[];
  readonly responses: ReadonlyMap<string, Json>;
  /** The value that the recorder wrote out, and the one that came in its place. */
  readonly renamed?: ReadonlyMap<string, string>;
}

export class UnknownReference extends Error {
  override readonly name = "UnknownReference";
}

/** @throws UnknownReference */
export function substitute(value: Json, known: Known): Json {
  if (typeof value === "string") return substituteText(value, known);
  if (isJsonArray(value)) return value.map((item) => substitute(item, known));
  if (!isJsonObject(value)) return value;
  const index = memberOf(value, "$definition");
  if (typeof index === "number") {
    const definition = known.definitions[index] ?? null;
    return substitute(typeof definition === "string" ? definition : JSON.stringify(definition), known);
  }
  const result: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(value)) setMember(result, name, substitute(member, known));
  return result;
}

export function substituteText(text: string, known: Known): string {
  const resolved = text.replace(/\$\{([^}"\\]*)\}/g, (whole, reference: string) => resolve(reference, known) ?? whole);
  return [...(known.renamed ?? [])].reduce((before, [old, actual]) => before.replaceAll(old, actual), resolved);
}

function resolve(reference: string, { arns, responses }: Known): string | undefined {
  const { partition, region, account } = arns;
  const [, role] = /^roleArn(\d*)$/.exec(reference) ?? [];
  if (role !== undefined) return `arn:${partition}:iam::${account}:role/conformance-role-${role || "1"}-of-the-case`;
  if (reference === "account") return account;
  if (reference === "secondAccount") return "210987654321";
  if (reference === "region") return region;
  const [, functionName] = /^lambda\.(.+)$/.exec(reference) ?? [];
  if (functionName !== undefined) return `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
  const [, id, path = "", part] = /^(c\d+)\.([^|]+)(?:\|(last2?))?$/.exec(reference) ?? [];
  if (id === undefined) return undefined;
  // One recording takes its page token from a listing that gave none, where the recorder took that of the last page.
  const value = lookUp(responses.get(id), path) ?? (path === "nextToken" ? newest(responses, path) : undefined);
  if (typeof value !== "string") throw new UnknownReference(`\${${reference}} is not in the response`);
  return part === undefined ? value : value.split(":").at(part === "last" ? -1 : -2);
}

function newest(responses: ReadonlyMap<string, Json>, path: string): Json | undefined {
  return [...responses.values()].map((response) => lookUp(response, path)).findLast((value) => value !== undefined);
}

function lookUp(response: Json | undefined, path: string): Json | undefined {
  let value = response;
  for (const [, name, index] of path.matchAll(/([A-Za-z0-9_-]+)|\[(\d+)\]/g)) {
    if (name !== undefined) value = isJsonObject(value) ? memberOf(value, name) : undefined;
    else value = isJsonArray(value) ? value[Number(index)] : undefined;
  }
  return value;
}

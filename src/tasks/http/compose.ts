// The request of an HTTP task: the workflow's parameters together with what its connection adds, which is stronger. Orders and
// spellings are those that Step Functions was recorded to send.
import { isJsonObject, type Json, type JsonObject, setMember, stringifyJson } from "../../asl/json.ts";
import type { Header } from "./client.ts";
import { encodeForm, encodeText, withQuery } from "./form.ts";
import type { InvokeParameters } from "./invoke-parameters.ts";

/** The part of a connection in a request: its parameters and its authorization. */
export interface Additions {
  readonly headers: readonly Header[];
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body: readonly (readonly [name: string, value: string])[];
}

export interface ComposedRequest {
  readonly url: URL;
  readonly headers: readonly Header[];
  readonly body: string | undefined;
}

export type Composed =
  { readonly kind: "composed"; readonly request: ComposedRequest } | { readonly kind: "notMerged" | "tooLarge" };

/** @param region names the sender. */
export function composeRequest(parameters: InvokeParameters, additions: Additions, region: string): Composed {
  const body = mergeBody(parameters.body, additions.body);
  if (body === notMerged) return { kind: "notMerged" };
  const url = addQuery(parameters, additions);
  const text = bodyText(body, parameters);
  if (url === undefined || text === tooLarge) return { kind: "tooLarge" };
  return { kind: "composed", request: { url, headers: mergeHeaders(parameters, additions, region), body: text } };
}

/** The parameters without those that the connection takes the place of: together with nothing they show no secret. */
export function withoutAdded(parameters: InvokeParameters, additions: Additions): InvokeParameters {
  const { headers, query, body } = parameters;
  const added = new Set(additions.headers.map(([name]) => name));
  return {
    ...parameters,
    headers: headers.filter(([name]) => !added.has(name)),
    query: without(query, additions.query),
    body: isJsonObject(body) ? without(body, additions.body) : body,
  };
}

export const noAdditions: Additions = { headers: [], query: [], body: [] };

function without(members: JsonObject, added: Additions["query"]): JsonObject {
  const names = new Set(added.map(([name]) => name));
  const rest: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(members)) if (!names.has(name)) setMember(rest, name, value);
  return rest;
}

/**
 * A header of the workflow is replaced by one with exactly its name; one that only its case tells apart is sent as well, after
 * the connection's (recorded).
 */
function mergeHeaders({ headers }: InvokeParameters, additions: Additions, region: string): readonly Header[] {
  const exact = new Set(additions.headers.map(([name]) => name));
  const similar = new Set(additions.headers.map(([name]) => name.toLowerCase()));
  const kept = headers.filter(([name]) => !exact.has(name));
  const isOther = ([name]: Header): boolean => !similar.has(name.toLowerCase());
  const merged = [...kept.filter(isOther), ...additions.headers, ...kept.filter((header) => !isOther(header))];
  return [
    ...merged.filter(([name]) => !/^(user-agent|range)$/i.test(name)),
    ["User-Agent", `Amazon|StepFunctions|HttpInvoke|${region}`],
    ["Range", "bytes=0-262144"],
  ];
}

/** @returns `undefined` for an address that would be too long. */
function addQuery({ url, query }: InvokeParameters, additions: Additions): URL | undefined {
  const given = encodeForm(without(query, additions.query), "REPEAT");
  if (given === undefined) return undefined;
  const added = additions.query.map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`);
  return withQuery(url, [given, ...added]);
}

const notMerged = Symbol("a body that takes no members");
const tooLarge = Symbol("a form that is too long");

function mergeBody(body: Json | undefined, added: Additions["body"]): Json | undefined | typeof notMerged {
  if (added.length === 0) return body;
  if (body !== undefined && !isJsonObject(body)) return notMerged;
  const merged: { [name: string]: Json } = { ...body };
  for (const [name, value] of added) setMember(merged, name, value);
  return merged;
}

/** A text is sent as it is. */
function bodyText(body: Json | undefined, { form }: InvokeParameters): string | undefined | typeof tooLarge {
  if (body === undefined || typeof body === "string") return body;
  if (form === undefined || !isJsonObject(body)) return stringifyJson(body);
  return encodeForm(body, form) ?? tooLarge;
}

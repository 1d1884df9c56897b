// The protocol tests of Smithy, which AWS's SDKs are tested with: tasks' parameters as requests on the wire, and responses
// as results of tasks. The file is from botocore's repository (Apache License 2.0, see models/LICENSE.txt).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { cbor } from "@smithy/core/cbor";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../asl/json.ts";
import { type Member, type ServiceModel, shapeOf } from "../models/model.ts";
import { upperFirst } from "../models/names.ts";
import { readInput } from "../values/input.ts";
import { writeOutput } from "../values/output.ts";
import { ServiceProtocol } from "./protocol.ts";

interface ProtocolTest {
  readonly direction: "input" | "output";
  readonly file: string;
  readonly id: string;
  readonly operation: string;
  readonly model: ServiceModel;
  readonly clientEndpoint?: string;
  readonly params?: JsonObject;
  readonly serialized?: Serialized;
  readonly response?: {
    readonly status_code: number;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  };
  readonly result?: JsonObject;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

interface Serialized {
  readonly method: string;
  readonly uri?: string;
  readonly body?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requireHeaders?: readonly string[];
  readonly forbidHeaders?: readonly string[];
}

const tests = JSON.parse(
  brotliDecompressSync(readFileSync(new URL("protocol-tests.json.br", import.meta.url))).toString("utf8"),
) as readonly ProtocolTest[];

/** Cases that are not as they say, each for its reason; one that passes must leave the list. */
const compression = "a body may always be sent as it is";
const payloadName = "the case names the element by its shape, and AWS's own models name it by the member";
const known: Readonly<Record<string, string>> = {
  SDKAppliedContentEncoding_ec2Query: compression,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query: compression,
  SDKAppliedContentEncoding_awsJson1_1: compression,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1: compression,
  SDKAppliedContentEncoding_awsJson1_0: compression,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0: compression,
  SDKAppliedContentEncoding_awsQuery: compression,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery: compression,
  SDKAppliedContentEncoding_restJson1: compression,
  SDKAppendedGzipAfterProvidedEncoding_restJson1: compression,
  SDKAppliedContentEncoding_restXml: compression,
  SDKAppendedGzipAfterProvidedEncoding_restXml: compression,
  RestXmlHttpPayloadWithUnion: payloadName,
  HttpPayloadWithXmlName: payloadName,
  HttpPayloadWithXmlNamespace: payloadName,
  HttpPayloadWithXmlNamespaceAndPrefix: payloadName,
  XmlAttributesOnPayload: payloadName,
  XmlNamespaces: "an inner element does not repeat the namespace of the outer one",
  RestJsonHttpPayloadWithUnsetUnion: "a union of nothing is sent as {}",
};
const isKnown = ({ direction, id }: ProtocolTest): boolean => direction === "input" && Object.hasOwn(known, id);
const play = (one: ProtocolTest): Promise<void> => (one.direction === "input" ? writes(one) : reads(one));

for (const one of tests) {
  const name = `${one.direction} ${one.file} ${one.id}`;
  if (isKnown(one)) test(`${name} still fails`, () => assert.rejects(play(one), assert.AssertionError));
  else test(name, () => play(one));
}

test("docs/services.md tells how many pass", () => {
  const count = (file: string, direction: string): string => {
    const of = tests.filter((one) => one.direction === direction && one.file.startsWith(file));
    const passed = of.filter((one) => !isKnown(one));
    return `${passed.length} of ${of.length}`;
  };
  const files = ["ec2", "json", "query", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"];
  const docs = readFileSync(new URL("../../../docs/services.md", import.meta.url), "utf8");
  for (const file of files) {
    const row = `| ${file} | ${count(file, "input")} | ${count(file, "output")} |`;
    assert.ok(docs.replaceAll(/ +/g, " ").includes(row), row);
  }
});

async function writes({ model, operation, params = {}, serialized, clientEndpoint }: ProtocolTest): Promise<void> {
  const { [operation]: described } = model.operations;
  assert.ok(described !== undefined && serialized !== undefined);
  const input = pascal(params, described.input, model) as JsonObject;
  const read = readInput(input, { model, shape: described.input, idempotencyToken: zeroToken });
  assert.ok(read.kind === "members", read.kind === "problem" ? read.problem : "");
  const request = await new ServiceProtocol(model).write(operation, described, read.members);
  assert.equal(request.method, serialized.method);
  const { pathname } = new URL(clientEndpoint ?? "https://example.com");
  const target = `${pathname.replace(/\/$/, "")}${request.target}`;
  if (serialized.uri !== undefined) assert.deepEqual(queryOf(target), queryOf(serialized.uri));
  for (const [name, value] of Object.entries(serialized.headers ?? {})) {
    assert.equal(request.headers[name.toLowerCase()], value, name);
  }
  for (const name of serialized.forbidHeaders ?? []) assert.equal(request.headers[name.toLowerCase()], undefined, name);
  for (const name of serialized.requireHeaders ?? []) {
    if (name !== "Content-Length") assert.notEqual(request.headers[name.toLowerCase()], undefined, name);
  }
  if (serialized.host !== undefined) {
    assert.equal(
      `${request.hostPrefix}${new URL(clientEndpoint ?? "https://example.com").host}`,
      serialized.host.split("/")[0],
    );
  }
  if (serialized.body !== undefined) {
    const type = request.headers["content-type"] ?? model.protocol;
    assert.deepEqual(bodyOf(request.body, type), bodyOf(bytesOf(serialized.body, model), type));
  }
}

async function reads({ model, operation, response, result, errorCode, errorMessage }: ProtocolTest): Promise<void> {
  const { [operation]: described } = model.operations;
  assert.ok(described !== undefined && response !== undefined);
  const headers = Object.fromEntries(
    Object.entries(response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const body = bytesOf(response.body ?? "", model);
  const answer = await new ServiceProtocol(model).read(operation, described, {
    status: response.status_code,
    headers,
    body,
  });
  if (errorCode !== undefined || response.status_code >= 300) {
    assert.ok(answer.kind === "refused", JSON.stringify(answer));
    assert.equal(answer.code, errorCode);
    if (errorMessage !== undefined) assert.equal(answer.message, errorMessage);
    return;
  }
  assert.ok(answer.kind === "answered", JSON.stringify(answer));
  const output = writeOutput(answer.output, { model, shape: described.output });
  assert.deepEqual(output, pascal(result ?? {}, described.output, model));
}

const zeroToken = "00000000-0000-4000-8000-000000000000";

/** The names and forms that tasks have: the tests have those of botocore. */
function pascal(value: Json, shapeName: string | undefined, model: ServiceModel): Json {
  return shapeName === undefined ? value : pascalMember(value, shapeName, model);
}

function pascalMember(value: Json, member: Member, model: ServiceModel): Json {
  const shape = shapeOf(model, member);
  if (value === null) return null;
  if (shape.type === "timestamp") return new Date(Number(value) * 1000).toISOString().replace(".000Z", "Z");
  if (shape.type === "list" && isJsonArray(value)) return value.map((item) => pascalMember(item, shape.member, model));
  if (!isJsonObject(value) || (shape.type === "structure" && shape.document === true)) return value;
  const result: { [name: string]: Json } = {};
  for (const [name, item] of Object.entries(value)) {
    if (shape.type === "map") result[name] = pascalMember(item, shape.value, model);
    if (shape.type !== "structure") continue;
    const { [name]: inner } = shape.members;
    result[upperFirst(name)] = inner === undefined ? item : pascalMember(item, inner, model);
  }
  return result;
}

function queryOf(target: string): readonly [path: string, query: readonly string[]] {
  const [path = "", query = ""] = target.split("?");
  const pairs = query.split("&").map((pair) => pair.replace(/[=]$/, ""));
  return [path, pairs.toSorted()];
}

function bytesOf(text: string, { protocol }: ServiceModel): Uint8Array {
  return Buffer.from(text, protocol === "smithy-rpc-v2-cbor" ? "base64" : "utf8");
}

/** A body in a form in which texts that mean the same are the same. */
function bodyOf(body: Uint8Array, type: string): unknown {
  const text = Buffer.from(body).toString("utf8");
  if (type.includes("cbor")) return body.length === 0 ? "" : cbor.deserialize(body);
  if (type.includes("json")) return text === "" ? "" : JSON.parse(text);
  if (type.includes("urlencoded")) return text.split("&").toSorted();
  if (type.includes("xml")) return xmlOf(text);
  return text;
}

function xmlOf(text: string): string {
  return text
    .replace(/^<\?xml[^>]*\?>/, "")
    .replaceAll(/>\s+</g, "><")
    .replaceAll(/<([^\s/>]+)\s+([^>]*?)(\/?)>/g, (_, name: string, attributes: string, end: string) => {
      const sorted = attributes.match(/[^\s=]+="[^"]*"/g) ?? [];
      return `<${name} ${sorted.toSorted().join(" ")}${end}>`;
    })
    .replaceAll(/<([^\s/>]+)([^>]*)><\/\1>/g, "<$1$2/>")
    .trim();
}

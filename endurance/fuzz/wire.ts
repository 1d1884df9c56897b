// Requests of every action from the service model: right, nearly right, and hostile.
import fc from "fast-check";
import { operations, shapes } from "../../src/api/model.ts";
import type { StringShape } from "../../src/api/shape.ts";
import type { Random } from "../random.ts";
import { definitionText } from "./definitions.ts";
import type { WireRequest } from "./requests.ts";
import { inputs, list, oddTexts, oddValues, pickFrom } from "./values.ts";

const actions = Object.keys(operations);
const space = "arn:aws:states:us-east-1:123456789012";
export const roleArn = "arn:aws:iam::123456789012:role/fuzz";

/** Things that are there when a case begins, unless one before has deleted them. */
export const stage: readonly WireRequest[] = [
  ...["STANDARD", "EXPRESS"].map((type) => ({
    action: "CreateStateMachine",
    body: JSON.stringify({
      name: `stage-${type}`,
      type,
      roleArn,
      publish: true,
      definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
    }),
  })),
  {
    action: "CreateStateMachine",
    body: JSON.stringify({
      name: "stage-waiting",
      roleArn,
      definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Wait", Seconds: 99_999, End: true } } }),
    }),
  },
  {
    action: "CreateStateMachineAlias",
    body: JSON.stringify({
      name: "live",
      routingConfiguration: [{ stateMachineVersionArn: `${space}:stateMachine:stage-STANDARD:1`, weight: 100 }],
    }),
  },
  { action: "CreateActivity", body: '{"name":"stage"}' },
  ...["stage-STANDARD", "stage-waiting"].map((machine) => ({
    action: "StartExecution",
    body: JSON.stringify({ stateMachineArn: `${space}:stateMachine:${machine}`, name: "staged" }),
  })),
];

const arns = [
  ...["stage-STANDARD", "stage-EXPRESS", "stage-waiting", "stage-STANDARD:1", "stage-STANDARD:live", "none"].map(
    (name) => `${space}:stateMachine:${name}`,
  ),
  ...["stage-STANDARD:staged", "stage-waiting:staged", "stage-STANDARD:none"].map(
    (name) => `${space}:execution:${name}`,
  ),
  `${space}:express:stage-EXPRESS:a:b`,
  `${space}:activity:stage`,
  `${space}:mapRun:stage-STANDARD/Map:1`,
  "arn:aws:iam::123456789012:role/fuzz",
];

export function wireRequest(random: Random): WireRequest {
  if (random.isLucky(3)) return { action: "bytes", body: "", bytes: oddBytes(random) };
  const action = pickFrom(random, actions);
  const input = operations[action as keyof typeof operations].input;
  const body = random.isLucky(6) ? oddBody(random) : valueOf(input, "", random, pickFrom(random, [0, 0, 5, 20]));
  if (!random.isLucky(8)) return { action, body };
  return { action, body, ...oddFrame(random, body) };
}

/** The JSON text of a value of the shape; `oddness` percent of its parts are of another form. */
function valueOf(name: string, member: string, random: Random, oddness: number): string {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`The model has no shape ${name}.`);
  if (member !== "" && random.isLucky(oddness)) return pickFrom(random, oddValues)(random);
  switch (shape.type) {
    case "boolean":
      return String(random.isLucky(50));
    case "integer":
    case "long":
    case "float": {
      const { min = 0, max = 1_000 } = shape;
      const bounds = random.isLucky(oddness) ? [min - 1, max + 1, 2 ** 31, -(2 ** 63), 0.5] : [min, max, min + 1];
      return String(pickFrom(random, bounds));
    }
    case "list": {
      const { min = 0, max = 5 } = shape;
      const length = random.isLucky(oddness) ? max + random.below(200) : min + random.below(3);
      return `[${list(length, () => valueOf(shape.member, member, random, oddness)).join(",")}]`;
    }
    case "structure": {
      const members = shape.members.filter(({ isRequired }) =>
        isRequired === true ? !random.isLucky(oddness / 3) : random.isLucky(30),
      );
      const pairs = members.map((one) => `"${one.name}":${valueOf(one.shape, one.name, random, oddness)}`);
      if (random.isLucky(oddness)) pairs.push(`"__proto__":${pickFrom(random, oddValues)(random)}`, '"unknown":1');
      return `{${pairs.join(",")}}`;
    }
    case "string":
      return JSON.stringify(textOf(shape, member, random, oddness));
  }
}

function textOf(shape: StringShape, member: string, random: Random, oddness: number): string {
  if (random.isLucky(oddness)) return random.isLucky(50) ? pickFrom(random, oddTexts)(random) : anyText(random);
  if (shape.enum !== undefined) return pickFrom(random, shape.enum);
  if (/arn$/i.test(member)) return pickFrom(random, arns);
  if (member === "definition") return definitionText(random);
  if (/^(input|output|context|variables|result|mapItemReaderData)$/.test(member))
    return pickFrom(random, inputs)(random);
  if (/token/i.test(member)) return pickFrom(random, ["token", "AAAAKg".repeat(30), "eyJhIjoxfQ==", "1.2.3"]);
  if (member === "name") return `n${random.below(20)}`;
  return pickFrom(random, ["a", "text", "key", String(random.below(1_000))]);
}

function anyText(random: Random): string {
  const [text = ""] = fc.sample(fc.string({ unit: "binary", maxLength: 300 }), {
    seed: random.below(2 ** 31),
    numRuns: 1,
  });
  return text;
}

function oddBody(random: Random): string {
  const [value = null] = fc.sample(fc.jsonValue(), { seed: random.below(2 ** 31), numRuns: 1 });
  return pickFrom(random, [
    () => JSON.stringify(value),
    () => pickFrom(random, oddValues)(random),
    () => pickFrom(random, oddTexts)(random),
    () => "[".repeat(random.below(700_000)),
    () => `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    () => `{${list(random.below(50_000), (i) => `"k${i}":${i}`).join(",")}}`,
    () => `{"name":"${"\\u0000".repeat(200_000)}"}`,
    () => "x".repeat(1_600_000),
  ])();
}

/** Another method, path, header or encoding. */
function oddFrame(random: Random, body: string): Partial<WireRequest> {
  return pickFrom(random, [
    (): Partial<WireRequest> => ({ method: pickFrom(random, ["GET", "PUT", "OPTIONS", "HEAD", "DELETE", "PATCH"]) }),
    () => ({ path: pickFrom(random, ["//", "/health", "/ready", "/%00", `/${"a".repeat(8_000)}`, "/?a=b", "/../x"]) }),
    () => ({
      headers: {
        "x-amz-target": pickFrom(random, [
          "",
          "x",
          "AWSStepFunctions.",
          "AWSStepFunctions.__proto__",
          "AWSStepFunctions.constructor",
          "\u00e9",
        ]),
      },
    }),
    () => ({
      headers: {
        "content-type": pickFrom(random, ["text/plain", "application/json", "\u00ff", "multipart/form-data"]),
      },
    }),
    () => ({ headers: { "content-encoding": "gzip" } }),
    () => ({ headers: { origin: "http://evil.example", host: "evil.example" } }),
    () => ({ headers: { authorization: `AWS4-HMAC-SHA256 ${"x".repeat(random.below(9_000))}` } }),
    () => ({ headers: { expect: "100-continue" } }),
    () => ({ headers: Object.fromEntries(list(random.below(150), (i) => [`x-${i}`, "y"])) }),
    () => ({ headers: { "x-amzn-trace-id": "\u00ff".repeat(300) } }),
    () => ({ body: body.slice(0, random.below(body.length + 1)), isBinary: true }),
    () => ({ body: `\u00ef\u00bb\u00bf${body}`, isBinary: true }),
    () => ({ body: `${body}\u00c0\u0080\u00ff`, isBinary: true }),
    () => ({ body: Buffer.from(body, "utf16le").toString("latin1"), isBinary: true }),
  ])();
}

function oddBytes(random: Random): string {
  const head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\n";
  return pickFrom(random, [
    "\u0000\u0001\u0002\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
    `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}`,
    `${head}Content-Length: -1\r\n\r\n{}`,
    `${head}Content-Length: 99999999999\r\n\r\n{}`,
    `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}`,
    `${head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTrailer: ${"x".repeat(20_000)}\r\n\r\n`,
    `${head}${list(3_000, (i) => `X-${i}: y\r\n`).join("")}\r\n`,
    `${head}X: ${"y".repeat(100_000)}\r\n\r\n`,
    `${head}Content-Length: 2\r\n\r\n{}`.repeat(20),
    `${head}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ]);
}

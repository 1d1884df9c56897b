// The recorder's client, botocore, as far as the recordings show it: checks before sending, dates as values of their
// own, errors as objects.
import { ExactNumber, isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from "../src/asl/json.ts";
import { operations, shapes } from "../src/api/model.ts";

export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  readonly body: JsonObject;
}
export interface Refused {
  readonly kind: "refused";
  readonly op: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly body: JsonObject;
}
/** Nothing was sent. */
export interface Invalid {
  readonly kind: "invalid";
  readonly message: string;
}
export type Reply = Answered | Refused | Invalid;

/** The value that stands in a response for a date; the recorder sees a value that is neither text nor number. */
export const dateMark = "\u0000date";
const dateMembers = new Set(["creationDate", "startDate", "stopDate", "updateDate", "redriveDate", "timestamp"]);

export async function send(url: string, op: string, params: JsonObject): Promise<Reply> {
  const problems = op in operations ? problemsOf(operations[op as keyof typeof operations].input, params, "") : [];
  if (problems.length > 0) return { kind: "invalid", message: `Parameter validation failed:\n${problems.join("\n")}` };
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${op}` },
    body: JSON.stringify(params),
    signal: AbortSignal.timeout(20_000),
  });
  const parsed = parseJson(await response.text());
  const body = isJsonObject(parsed) ? parsed : {};
  if (response.status < 300) return { kind: "answered", status: response.status, body: object(markDates(body)) };
  const { __type: type, ...members } = body;
  return {
    kind: "refused",
    op,
    status: response.status,
    code: String(type).replace(/^.*#/, ""),
    message: typeof members["message"] === "string" ? members["message"] : "",
    body: members,
  };
}

const object = (value: Json): JsonObject => (isJsonObject(value) ? value : {});

function markDates(value: Json): Json {
  if (isJsonArray(value)) return value.map(markDates);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isDate = dateMembers.has(name) && (typeof member === "number" || member instanceof ExactNumber);
      return [name, isDate ? dateMark : markDates(member)];
    }),
  );
}

const pythonTypes = {
  string: "<class 'str'>",
  integer: "<class 'int'>",
  long: "<class 'int'>",
  float: "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>",
  boolean: "<class 'bool'>",
  list: "<class 'list'>, <class 'tuple'>",
  structure: "<class 'dict'>",
} as const;

/** The checks of botocore: presence, type, smallest length and smallest value. */
function problemsOf(shapeName: string, value: Json, path: string): readonly string[] {
  const shape = shapes[shapeName];
  if (shape === undefined) return [];
  const fits =
    shape.type === "list"
      ? isJsonArray(value)
      : shape.type === "structure"
        ? isJsonObject(value)
        : typeof value === (shape.type === "string" || shape.type === "boolean" ? shape.type : "number");
  if (!fits) {
    const [text, type] = value === null ? ["None", "NoneType"] : [String(value), pythonType(value)];
    return [
      `Invalid type for parameter ${path}, value: ${text}, type: <class '${type}'>, valid types: ${pythonTypes[shape.type]}`,
    ];
  }
  switch (shape.type) {
    case "boolean":
      return [];
    case "string":
      return tooShort(path, String(value).length, shape.min);
    case "list":
      return isJsonArray(value)
        ? [
            ...tooShort(path, value.length, shape.min),
            ...value.flatMap((item, i) => problemsOf(shape.member, item, `${path}[${i}]`)),
          ]
        : [];
    case "structure": {
      const members = object(value);
      return shape.members.flatMap((member) => {
        const given = members[member.name];
        const memberPath = path === "" ? member.name : `${path}.${member.name}`;
        if (given !== undefined) return problemsOf(member.shape, given, memberPath);
        return member.isRequired === true
          ? [`Missing required parameter in ${path === "" ? "input" : path}: "${member.name}"`]
          : [];
      });
    }
    default:
      return Number(value) < (shape.min ?? -Infinity)
        ? [`Invalid value for parameter ${path}, value: ${String(value)}, valid min value: ${shape.min}`]
        : [];
  }
}

function tooShort(path: string, length: number, min = 0): readonly string[] {
  return length < min ? [`Invalid length for parameter ${path}, value: ${length}, valid min length: ${min}`] : [];
}

function pythonType(value: Json): string {
  if (isJsonArray(value)) return "list";
  if (isJsonObject(value)) return "dict";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "str" : "int";
}

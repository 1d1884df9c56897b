// The reads of a template: which path each of its members takes, and what an intrinsic function wants to find there.
import { isJsonArray, isJsonObject, type Json } from "../../src/asl/json.ts";
import { anyItem, merge, parsePath, type Path, placeAt, type Shape } from "./shape.ts";

export interface Read {
  /** The member of the template that takes it. */
  readonly key: Path;
  /** Absent for the context object. */
  readonly path: Path | undefined;
  readonly atLeast: number;
  /** The path is into an item of the Map that has the template. */
  readonly isOfItem: boolean;
  /** How an intrinsic function uses it; a path by itself is copied. */
  readonly use: Use;
}

type Use =
  | { readonly kind: "copied" | "formatted" | "number" | "list" | "base64" | "JSON" }
  /** Parted at a text. */
  | { readonly kind: "parts"; readonly separator: string };

export function readsOf(template: Json | undefined, key: Path = []): readonly Read[] {
  if (isJsonArray(template)) return template.flatMap((item) => readsOf(item, [...key, anyItem]));
  if (!isJsonObject(template)) return [];
  return Object.entries(template).flatMap(([name, value]) => {
    if (!name.endsWith(".$") || typeof value !== "string") return readsOf(value, [...key, name]);
    const member = [...key, name.slice(0, -2)];
    if (value.startsWith("$")) return [read(member, value, { kind: "copied" })];
    return readsOfIntrinsic(value).map(({ text, use }) => read(member, text, use));
  });
}

function read(key: Path, text: string, use: Use): Read {
  const ofInput = text.replace(/^\$\$\.(?:Execution\.Input|Map\.Item\.Value)/, "$");
  const { path, atLeast } = parsePath(ofInput);
  return {
    key,
    path: ofInput.startsWith("$$") ? undefined : path,
    atLeast,
    isOfItem: text.startsWith("$$.Map.Item.Value"),
    use,
  };
}

const quoted = String.raw`'(?:[^'\\]|\\.)*'`;
const pathText = String.raw`\$\$?(?:\.[\w-]+|\[[^\]]*\])*`;

/** The paths of an intrinsic function, each with the innermost function that takes it. */
function readsOfIntrinsic(text: string): readonly { readonly text: string; readonly use: Use }[] {
  const tokens = [...text.matchAll(new RegExp(String.raw`States\.(\w+)\(|(${quoted})|(${pathText})|\)`, "g"))];
  const open: string[] = [];
  return tokens.flatMap(([whole, name, , path], i) => {
    if (name !== undefined) open.push(name);
    else if (whole === ")") open.pop();
    if (path === undefined) return [];
    const separator = tokens[i + 1]?.[2]?.slice(1, -1) ?? ",";
    return [{ text: path, use: useBy(open.at(-1) ?? "", separator) }];
  });
}

function useBy(name: string, separator: string): Use {
  switch (name) {
    case "StringSplit":
      return { kind: "parts", separator };
    case "StringToJson":
      return { kind: "JSON" };
    case "MathAdd":
    case "MathRandom":
    case "ArrayRange":
      return { kind: "number" };
    case "ArrayLength":
    case "ArrayGetItem":
    case "ArrayPartition":
    case "ArrayContains":
    case "ArrayUnique":
      return { kind: "list" };
    case "Base64Decode":
      return { kind: "base64" };
    case "JsonMerge":
    case "JsonToString":
    case "Array":
      return { kind: "copied" };
    default:
      return { kind: "formatted" };
  }
}

/** @param base where the template's own root is. */
export function addReads(shape: Shape, { path, atLeast, use }: Read, base: Path): void {
  if (path === undefined) return;
  const place = placeAt(shape, [...base, ...path], atLeast);
  switch (use.kind) {
    case "parts":
      place.value ??= ["a", "b", "c", "d", "e", "f", "g", "h"].join(use.separator);
      break;
    case "number":
      place.value ??= 5;
      break;
    case "list":
      placeAt(place, [anyItem], 2);
      break;
    case "base64":
      place.value ??= "e30=";
      break;
    case "JSON":
      place.value ??= "{}";
      break;
    default:
  }
}

/** Adds to the place that is read what is read of its copy. */
export function tell(place: Shape, { use }: Read, wanted: Shape): void {
  if (use.kind === "copied") merge(place, wanted);
  else if (use.kind === "JSON") place.text = wanted;
}

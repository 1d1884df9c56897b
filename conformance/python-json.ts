// JSON text as Python writes it: the recorder's transformers run over such text, and the recorded functions are Python.
import { isJsonArray, isJsonObject, type Json, stringifyJson } from "../src/asl/json.ts";

export function pythonJson(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value).map((name) => `${ascii(name)}: ${pythonJson(value[name] ?? null)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" ? ascii(value) : stringifyJson(value);
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

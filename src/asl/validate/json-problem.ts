// The problem of text that is not JSON, in the words and with the position of the Jackson that AWS reads definitions
// and inputs with.
import { type JacksonEdition, readOnlyValue } from "../java/jackson.ts";
import { longNumberIn, maxNumberLength } from "../json-limits.ts";

export interface JsonProblem {
  /** Jackson's sentence, without the position. */
  readonly message: string;
  /** 1-based; the column is that of the next unread character, as this Jackson counts. */
  readonly line: number;
  readonly column: number;
  /** Jackson's position, `[Source: (String)"…"; line: 1, column: 4]`. */
  readonly location: string;
}

const edition: JacksonEdition = {
  source: quoted,
  pointsAtCharacter: false,
  maxDepth: Number.POSITIVE_INFINITY,
  maxNumberLength,
};
const maxSourceLength = 500;

/** Jackson's sentence about text that is not one JSON value; `undefined` for JSON. */
export function describeJsonProblem(text: string): string | undefined {
  return jsonProblem(text)?.message;
}

/** The same for a person, who has the text: Jackson would repeat the first 500 characters of it within the sentence. */
export function shortJsonProblem(text: string): JsonProblem | undefined {
  return jsonProblem(text, { ...edition, source: () => '(String)"…"' });
}

/** The first problem of text that is not one JSON value; `undefined` for JSON. */
export function jsonProblem(text: string, as = edition): JsonProblem | undefined {
  try {
    JSON.parse(text);
    if (longNumberIn(text) === undefined) return undefined;
  } catch {
    // The reader says why.
  }
  const reading = readOnlyValue(text, as);
  if (reading.kind !== "problem") return atEnd(text);
  const { sentence: message, line, column, location } = reading.problem;
  return { message, line, column, location };
}

/** Text without a value. */
function atEnd(text: string): JsonProblem {
  const lines = text.split(/\r\n|\r|\n/);
  const [line, column] = [lines.length, (lines.at(-1) ?? "").length + 1];
  const location = `[Source: ${quoted(text)}; line: ${line}, column: ${column}]`;
  return { message: "No content to map due to end-of-input", line, column, location };
}

function quoted(text: string): string {
  const { length } = text;
  const more = length > maxSourceLength ? `[truncated ${length - maxSourceLength} chars]` : "";
  return `(String)"${text.slice(0, maxSourceLength)}"${more}`;
}

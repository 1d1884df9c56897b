// `States.StringToJson`: the first value of a text as Jackson reads it. Text behind that value is ignored, as Jackson does
// unless it is told otherwise; a text that Jackson cannot read fails in its words.
import { readFirstValue } from "../java/jackson.ts";
import { type Json, maxJsonDepth, parseJson } from "../json.ts";
import { maxNumberLength } from "../json-limits.ts";
import type { Work } from "../work.ts";
import { IntrinsicProblem } from "./problem.ts";

/** Recorded: a complaint about a character gives that character's column, and no position shows the text. */
const edition = {
  source: () => "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)",
  pointsAtCharacter: true,
  maxDepth: maxJsonDepth,
  maxNumberLength,
};
/** A text that is not longer cannot break a limit of Jackson's: where it is JSON, it needs no second look. */
const maxPlainLength = 1_000;

/** Measured, of a text of numbers that are kept exact. */
const stepsPerCharacter = 3;

/** Recorded: blank text is `null`, and `-0` is `0`. @throws WorkExceeded */
export function stringToJson(text: string, work: Work): Json {
  work.pay(20 + stepsPerCharacter * text.length);
  const plain = text.length <= maxPlainLength ? parsePlain(text) : undefined;
  if (plain !== undefined) return withoutNegativeZero(plain);
  const reading = readFirstValue(text, edition);
  switch (reading.kind) {
    case "nothing":
      return null;
    case "value":
      return withoutNegativeZero(parseJson(text.slice(0, reading.end)));
    case "problem": {
      const { text: sentence } = reading.problem;
      throw new IntrinsicProblem(`Cannot convert String to Json in States.StringToJson, caused by: ${sentence}`);
    }
  }
}

/** `undefined` for text that is not JSON. */
function parsePlain(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function withoutNegativeZero(value: Json): Json {
  const isNegativeZero = value !== null && typeof value === "object" && "text" in value && value.text === "-0";
  return isNegativeZero ? 0 : value;
}

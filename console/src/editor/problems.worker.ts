// The validator beside the page: it takes a definition and gives its problems, so that typing never waits for it.
import { adviceText, advised, isReadable, locationMeant } from "@asl/advice/advice.ts";
import { jsonTextProblem } from "@asl/advice/json-text.ts";
import { nameWarnings } from "@asl/advice/names.ts";
import { parseJson } from "@asl/json.ts";
import { inOneGo } from "@asl/pieces.ts";
import type { Diagnostic } from "@asl/validate/diagnostic.ts";
import { stateShapes } from "@asl/validate/state-shapes.ts";
import { validateDefinition } from "@asl/validate/validate.ts";

export interface ProblemsRequest {
  readonly id: number;
  readonly text: string;
  readonly type: "STANDARD" | "EXPRESS";
}

/** The names of the fields that a state type has in a query language. */
export type FieldNames = Readonly<Record<string, Readonly<Record<"JSONPath" | "JSONata", readonly string[]>>>>;

export interface ShownProblem extends Omit<Diagnostic, "hint"> {
  /** Offsets in a text that is no JSON, which has no locations. */
  readonly range?: { readonly start: number; readonly end: number };
}

export interface ProblemsAnswer {
  readonly id: number;
  readonly problems: readonly ShownProblem[];
  readonly fields: FieldNames;
}

const fields: FieldNames = Object.fromEntries(Object.entries(stateShapes).map(([type, { names }]) => [type, names]));

addEventListener("message", ({ data }: MessageEvent<ProblemsRequest>) => {
  const { id, text, type } = data;
  const answer: ProblemsAnswer = { id, problems: problemsIn(text, type), fields };
  postMessage(answer);
});

/** AWS's findings as a person is told of them, and what would fail when a state runs. */
function problemsIn(text: string, type: ProblemsRequest["type"]): ProblemsAnswer["problems"] {
  const found = inOneGo(validateDefinition(text, { type }));
  const noJson = text.trim() === "" ? undefined : jsonTextProblem(text);
  if (noJson !== undefined) {
    const { range } = noJson;
    return [{ severity: "ERROR", code: found[0]?.code ?? "", message: adviceText(noJson), range }];
  }
  const definition = isReadable(found) ? parseJson(text) : undefined;
  const isValid = definition !== undefined && found.every(({ severity }) => severity !== "ERROR");
  const told = [...advised(found, definition), ...(isValid ? nameWarnings(definition) : [])];
  return told.map((finding) => ({
    severity: finding.severity,
    code: finding.code,
    message: adviceText(finding),
    ...(finding.location === undefined ? {} : { location: locationMeant(finding) }),
  }));
}

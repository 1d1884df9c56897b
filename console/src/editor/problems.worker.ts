// The validator beside the page: it takes a definition and gives its problems, so that typing never waits for it.
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

export interface ProblemsAnswer {
  readonly id: number;
  readonly problems: readonly Omit<Diagnostic, "hint">[];
  readonly fields: FieldNames;
}

const fields: FieldNames = Object.fromEntries(Object.entries(stateShapes).map(([type, { names }]) => [type, names]));

addEventListener("message", ({ data }: MessageEvent<ProblemsRequest>) => {
  const { id, text, type } = data;
  const problems = inOneGo(validateDefinition(text, { type })).map(({ severity, code, message, location }) => ({
    severity,
    code,
    message,
    ...(location === undefined ? {} : { location }),
  }));
  const answer: ProblemsAnswer = { id, problems, fields };
  postMessage(answer);
});

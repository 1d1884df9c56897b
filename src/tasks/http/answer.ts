// Answers of APIs as outcomes of HTTP tasks: a result in Step Functions' form, or a failure by its status. Wordings are those that
// were recorded of AWS.
import { type Json, parseJson, setMember } from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { Payload } from "../../asl/payload.ts";
import type { TaskOutcome } from "../../engine/effect.ts";
import { failed } from "../service-error.ts";
import type { HttpAnswer } from "./client.ts";

export function outcomeOf(answer: HttpAnswer): TaskOutcome {
  const { status, isCut } = answer;
  const statusText = shownStatus(answer);
  if (status < 200 || status > 299) {
    // The body is no part of it; TestState shows it.
    const error = `States.Http.StatusCode.${status}`;
    return statusText === "" ? { kind: "failed", error } : failed(error, statusText);
  }
  const type = contentTypeOf(answer);
  if (/^(application\/octet-stream$|image\/|video\/|audio\/)/.test(type.name)) {
    return failed(
      "States.Runtime",
      `Unsupported response content-type '${type.name.slice(0, 100)}'. Please see documentation for list of unsupported content-types.`,
    );
  }
  if (isCut) return tooLarge();
  const text = textOf(answer.body, type.charset);
  if (text === undefined) {
    return failed("States.Runtime", "The response cannot be read as a text: its bytes are none of its character set.");
  }
  const body = bodyOf(text, type.name);
  if ("problem" in body) return failed("States.Runtime", `The response is JSON that cannot be read: ${body.problem}`);
  const result = {
    Headers: headersOf(answer),
    ...(text === "" ? {} : { ResponseBody: body.value }),
    StatusCode: status,
    StatusText: statusText,
  };
  return { kind: "succeeded", output: Payload.ofValue(result) };
}

/** The words of the engine for any result that is too large. */
export function tooLarge(): TaskOutcome {
  const cause =
    "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.";
  return failed("States.DataLimitExceeded", cause);
}

/** Headers come as bytes; those that are no text are left out. */
export function shownStatus({ statusText }: HttpAnswer): string {
  return statusText.replaceAll(/[^\t -~]/g, "").slice(0, 1000);
}

interface ContentType {
  /** In lower case; empty when there is none. */
  readonly name: string;
  readonly charset: string;
}

function contentTypeOf({ headers }: HttpAnswer): ContentType {
  const value = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const [name = "", ...parameters] = value.split(";").map((part) => part.trim());
  const charset = parameters
    .map((each) => /^charset="?([\w.:-]+)"?$/i.exec(each)?.[1])
    .find((each) => each !== undefined);
  return { name: name.toLowerCase(), charset: charset ?? "utf8" };
}

function textOf(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // An unknown character set, or bytes that are none of its characters.
    return undefined;
  }
}

/** Text that only claims to be JSON stays a text. */
function bodyOf(text: string, type: string): { readonly value: Json } | { readonly problem: string } {
  if (!/^(application\/json|text\/json|application\/[\w.+-]+\+json)$/.test(type)) return { value: text };
  const problem = jsonLimitProblem(text);
  if (problem !== undefined) return { problem };
  try {
    return { value: parseJson(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { value: text };
    throw error;
  }
}

function headersOf({ headers }: HttpAnswer): { readonly [name: string]: Json } {
  const spellings = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const spelling = spellings.get(name.toLowerCase()) ?? name;
    spellings.set(name.toLowerCase(), spelling);
    lists.set(spelling, [...(lists.get(spelling) ?? []), value]);
  }
  const object: { [name: string]: Json } = {};
  for (const [name, values] of lists) setMember(object, name, values);
  return object;
}

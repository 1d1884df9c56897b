// The members of a query, checked: each refuses what it does not take with its name.
import { ApiError } from "../errors.ts";

const longestText = 2_048;

/** The text of a member; an empty one counts as absent. @throws ValidationException */
export function textIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name) ?? "";
  if (text.length > longestText) throw unusable(name, `it has more than ${longestText} characters`);
  return text === "" ? undefined : text;
}

/** @throws ValidationException */
export function choiceIn<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textIn(query, name);
  const found = choices.find((choice) => choice === text);
  if (text !== undefined && found === undefined) throw unusable(name, `it is none of ${choices.join(", ")}`);
  return found;
}

/** @throws ValidationException */
export function numberIn(
  query: URLSearchParams,
  name: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { readonly least?: number; readonly most?: number } = {},
): number | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw unusable(name, `it is no whole number from ${least} to ${most}`);
  return value;
}

export const unusable = (name: string, why: string): ApiError =>
  new ApiError("ValidationException", `The member '${name}' of the request cannot be used: ${why}.`);

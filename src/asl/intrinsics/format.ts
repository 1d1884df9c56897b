// The templates of `States.Format`: `{}` is a place for an argument, a backslash takes the next brace, quote or backslash
// as it is.
import type { Json } from "../json.ts";
import { javaText } from "../jsonpath/java-text.ts";
import { maxPayloadBytes } from "../payload.ts";
import type { Work } from "../work.ts";
import { IntrinsicProblem } from "./problem.ts";

/** The texts around the places: one more than there are places. A template may be broken and is refused when it is used. */
export type FormatTemplate = { readonly texts: readonly string[] } | { readonly problem: string };

export function splitTemplate(written: string): FormatTemplate {
  const texts: string[] = [];
  let text = "";
  for (let i = 0; i < written.length; i++) {
    const [character, next] = [written.charAt(i), written.charAt(i + 1)];
    if (character === "\\" && next !== "" && "'{}\\".includes(next)) {
      text += next;
      i++;
    } else if (character === "{" && next === "}") {
      texts.push(text);
      text = "";
      i++;
    } else if (character === "{") {
      return { problem: "matching '}' not found for '{'." };
    } else if (character === "}") {
      return { problem: "matching '{' not found for '}'." };
    } else {
      text += character;
    }
  }
  return { texts: [...texts, text] };
}

/** @throws WorkExceeded */
export function formatTemplate(template: FormatTemplate, values: readonly Json[], work: Work): string {
  if ("problem" in template) throw new IntrinsicProblem(`Invalid template in States.Format: ${template.problem}`);
  const { texts } = template;
  if (texts.length - 1 !== values.length) {
    throw new IntrinsicProblem(
      "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.",
    );
  }
  work.pay(2 * texts.length);
  let result = "";
  for (const [i, text] of texts.entries()) {
    const value = values[i];
    work.payText(text.length);
    result += value === undefined ? text : text + javaText(value, work);
    if (result.length > maxPayloadBytes) throw new IntrinsicProblem();
  }
  return result;
}

// The templates of `States.Format`: `{}` is a place for an argument, a backslash takes the next brace, quote or backslash
// as it is.
import type { Json } from "../json.ts";
import { javaText } from "../jsonpath/java-text.ts";
import { maxPayloadBytes } from "../payload.ts";
import { IntrinsicProblem } from "./problem.ts";

/** The texts around the places: one more than there are places. */
export type FormatTemplate = readonly string[];

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
    } else {
      text += character;
    }
  }
  return [...texts, text];
}

export function formatTemplate(template: FormatTemplate, values: readonly Json[]): string {
  if (template.length - 1 !== values.length) {
    throw new IntrinsicProblem(
      `The number of arguments (${values.length}) does not match the number of occurrences of {} (${template.length - 1})`,
    );
  }
  let result = "";
  for (const [i, text] of template.entries()) {
    const value = values[i];
    result += value === undefined ? text : text + javaText(value);
    if (result.length > maxPayloadBytes)
      throw new IntrinsicProblem(`The result is longer than ${maxPayloadBytes} bytes`);
  }
  return result;
}

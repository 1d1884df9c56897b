// The result of a Map Run that is written nowhere: what its children gave, as the state's result.
import { maxPayloadBytes } from "../../asl/payload.ts";
import type { ChildStatus, ListChildren, Transformation } from "../ports.ts";
import { resultTexts } from "./result-texts.ts";

/**
 * The results in one array, as JSON text; `tooLarge` for more than a state's result may have, told without making it. Children
 * that did not succeed are no part of it, unless everything that is known of children is asked for.
 */
export async function inlineResult(
  children: ListChildren,
  transformation: Transformation,
  maxBytes: number = maxPayloadBytes,
): Promise<{ readonly text: string } | "tooLarge"> {
  const statuses = transformation === "NONE" ? everyEnd : onlySuccess;
  const texts: string[] = [];
  // The brackets; a comma follows each but the last.
  let bytes = 1;
  for await (const child of children(statuses)) {
    if (!statuses.includes(child.status)) continue;
    for (const text of resultTexts(child, transformation)) {
      bytes += Buffer.byteLength(text) + 1;
      if (bytes > maxBytes) return "tooLarge";
      texts.push(text);
    }
  }
  return { text: `[${texts.join(",")}]` };
}

const onlySuccess: readonly ChildStatus[] = ["SUCCEEDED"];
const everyEnd: readonly ChildStatus[] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

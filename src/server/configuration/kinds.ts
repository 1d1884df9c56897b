// The plain kinds of values that settings have: texts, paths, addresses, numbers.
import { resolve } from "node:path";
import { holdsAddress, isHttpAddress } from "../../aws/endpoint.ts";
import { type Kind, kindOf, refined, refuse, show } from "./walk.ts";

interface TextOptions {
  readonly is?: string;
  /** The sentence that says what to do. */
  readonly advice?: string;
  readonly accepts?: { test(text: string): boolean };
  /** A noun for what the text ought to be, of one that may be secret: no message repeats it. */
  readonly secret?: string;
}

/** A text that is not empty. */
export function text({
  is = "text",
  advice = "Give a text, or leave it out.",
  accepts = /./s,
  secret,
}: TextOptions = {}): Kind<string> {
  return {
    is,
    read(value, place) {
      if (typeof value === "string" && value !== "" && accepts.test(value)) return value;
      if (secret === undefined) return refuse(show(value), advice, place);
      return refuse(typeof value === "string" && value !== "" ? `no ${secret}` : kindOf(value), advice, place);
    },
  };
}

/** A path, which becomes absolute. Somebody may take its setting for the content of the file, so that none is repeated. */
export function path(advice = "Give the name of a file."): Kind<string> {
  // No name of a file holds a NUL; an address would be taken for a path, which logs show.
  const accepts = { test: (file: string) => !file.includes("\0") && !holdsAddress(file) };
  return refined(text({ is: "path", advice, accepts, secret: "path" }), (file, { directory }) =>
    resolve(directory, file),
  );
}

/** An address that requests can be sent to. Parts of one may be secret. */
export function address(
  secret = "address",
  advice = "Give one that starts with http:// or https://, without a name and password in it.",
): Kind<string> {
  return text({ is: "address", advice, accepts: { test: isHttpAddress }, secret });
}

/** A number; flags and variables write it in digits. */
export function number(advice: string, accepts: (value: number) => boolean): Kind<number> {
  return {
    is: "number",
    read(value, place) {
      if (typeof value === "number" && accepts(value)) return value;
      if (typeof value === "string") return refuse("a text", "Make it a number.", place);
      return refuse(show(value), advice, place);
    },
    readWords(words, place) {
      const value = /^\d{1,15}$/.test(String(words)) ? Number(words) : Number.NaN;
      return accepts(value) ? value : refuse(show(words), advice, place);
    },
  };
}

export const count = number(
  "Give a whole number from 1 to 1000000000.",
  (value) => Number.isSafeInteger(value) && value >= 1 && value <= 1_000_000_000,
);

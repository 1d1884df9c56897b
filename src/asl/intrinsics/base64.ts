// Base64 of a text's UTF-8 bytes, as the MIME scheme AWS names: decoding skips what is not of the alphabet, and ends at the
// first `=`.
import { IntrinsicProblem } from "./problem.ts";

/** Arguments that a call may well have. */
const chunk = 1_024;

export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += chunk) binary += String.fromCharCode(...bytes.subarray(i, i + chunk));
  return btoa(binary);
}

export function decodeBase64(text: string): string {
  const [data = ""] = text.split("=", 1);
  const digits = data.replace(/[^A-Za-z0-9+/]/g, "");
  if (digits.length % 4 === 1) throw new IntrinsicProblem();
  const bytes = Uint8Array.from(atob(digits), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

// Base64 as JSONata has it: one byte for each UTF-16 unit of the decoded text.

/** Arguments that a call may well have. */
const chunk = 4_096;

/** Characters beyond Latin-1 lose their upper byte, as in the package. */
export function encodeBase64(text: string): string {
  return btoa(isLatin1(text) ? text : lowerBytes(text));
}

/** Whether a text is quick to code. */
export function isLatin1(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- all of Latin-1
  return !/[^\u0000-\u00ff]/.test(text);
}

function lowerBytes(text: string): string {
  let binary = "";
  const codes = new Uint8Array(chunk);
  for (let start = 0; start < text.length; start += chunk) {
    const length = Math.min(chunk, text.length - start);
    for (let i = 0; i < length; i++) codes[i] = text.charCodeAt(start + i);
    binary += String.fromCharCode(...codes.subarray(0, length));
  }
  return binary;
}

/** Lenient: both alphabets, other characters skipped, ends at the padding. */
export function decodeBase64(text: string): string {
  const end = text.indexOf("=");
  const data = end === -1 ? text : text.slice(0, end);
  const digits = data
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replace(/[^A-Za-z0-9+/]+/g, "");
  return atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
}

/** Whether Java's decoder takes it: nothing but the alphabet, and padding that is right or left out. */
export function isStrictBase64(text: string): boolean {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const length = text.length - padding;
  if (/[^A-Za-z0-9+/]/.test(padding === 0 ? text : text.slice(0, length))) return false;
  return length % 4 !== 1 && (padding === 0 || (length + padding) % 4 === 0);
}

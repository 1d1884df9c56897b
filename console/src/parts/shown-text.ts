// Text from outside as it may be shown: characters that nobody sees, or that turn the text around, become visible escapes.

// oxlint-disable-next-line no-control-regex -- those are what it looks for
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text with its control and direction characters as `\u202e`; line breaks and tabs stay. */
export function shownText(text: string): string {
  return text.replaceAll(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One line of text, cut at so many characters. */
export function shownLine(text: string, most = 200): string {
  const line = shownText(text.slice(0, most)).replaceAll(/[\n\t]+/g, " ");
  return text.length > most ? `${line}…` : line;
}

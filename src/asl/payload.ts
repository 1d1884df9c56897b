// A piece of state data on its way from state to state: value, text and size, each made at most once and on demand.
import { type Json, maxJsonDepth, measureJson, nestsDeeperThan, parseJson, stringifyJson } from "./json.ts";

/** Largest state input, output or result in UTF-8 bytes (AWS quota). */
export const maxPayloadBytes = 262_144;

/** Immutable state data. The text is kept as it came, so that what passes through a state untouched stays untouched. */
export class Payload {
  #value: Json | undefined;
  #text: string | undefined;
  #bytes: number | undefined;
  #isTooLarge: boolean | undefined;
  readonly #items: readonly Payload[] | undefined;

  private constructor(value: Json | undefined, text: string | undefined, items?: readonly Payload[]) {
    this.#value = value;
    this.#text = text;
    this.#items = items;
  }

  /**
   * @param text valid JSON text; parsed when the value is first asked for. Halves of surrogate pairs that stand in it as such
   * become replacement characters, which is what every store would make of them.
   */
  static ofText(text: string): Payload {
    return new Payload(undefined, text.isWellFormed() ? text : text.toWellFormed());
  }

  static ofValue(value: Json): Payload {
    return new Payload(value, undefined);
  }

  /** The results of a Parallel or a Map as one: AWS joins their texts as they are. */
  static ofList(items: readonly Payload[]): Payload {
    return new Payload(undefined, undefined, items);
  }

  get value(): Json {
    if (this.#value === undefined) this.#value = this.#items?.map((item) => item.value) ?? parseJson(this.text);
    return this.#value;
  }

  get text(): string {
    return (this.#text ??= this.#items === undefined ? stringifyJson(this.#value ?? null) : listText(this.#items));
  }

  /** Size in UTF-8 bytes. */
  get bytes(): number {
    return (this.#bytes ??= utf8Length(this.text));
  }

  /** More bytes than AWS allows, or nested more deeply: told without making the text, which might not fit into memory. */
  get isTooLarge(): boolean {
    return (this.#isTooLarge ??= this.#measure());
  }

  #measure(): boolean {
    if (this.#text !== undefined) return isTextTooLarge(this.#text) || this.#isTooLong(this.#text);
    if (this.#items !== undefined) return isListTooLarge(this.#items) || isTextTooLarge(this.text);
    const measured = measureJson(this.#value ?? null, { bytes: maxPayloadBytes, depth: maxJsonDepth });
    if (typeof measured === "string") return true;
    this.#bytes = measured;
    return false;
  }

  #isTooLong(text: string): boolean {
    return text.length * 3 > maxPayloadBytes && this.bytes > maxPayloadBytes;
  }
}

function isTextTooLarge(text: string): boolean {
  return text.length > maxPayloadBytes || nestsDeeperThan(text, maxJsonDepth);
}

/** Looks at no more items than it takes to say so. */
function isListTooLarge(items: readonly Payload[]): boolean {
  let bytes = 1;
  for (const item of items) {
    if (item.isTooLarge) return true;
    bytes += item.bytes + 1;
    if (bytes > maxPayloadBytes + 1) return true;
  }
  return false;
}

function listText(items: readonly Payload[]): string {
  return `[${items.map((item) => item.text).join(",")}]`;
}

/** The text of a value for a message; of one that is too large for a payload, only that. */
export function shownJson(value: Json): string {
  const measured = measureJson(value, { bytes: maxPayloadBytes, depth: maxJsonDepth });
  if (typeof measured === "number") return stringifyJson(value);
  return measured === "tooLarge" ? `(more than ${maxPayloadBytes} bytes)` : `(more than ${maxJsonDepth} levels deep)`;
}

/** Length of a string in UTF-8 bytes; a lone surrogate counts as the replacement character. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else {
      bytes += 2;
      const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
      if (isPair) i += 1;
    }
  }
  return bytes;
}

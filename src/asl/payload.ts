// A piece of state data on its way from state to state: value, text and size, each made at most once and on demand.
import { type Json, parseJson, stringifyJson } from "./json.ts";

/** Largest state input, output or result in UTF-8 bytes (AWS quota). */
export const maxPayloadBytes = 262_144;

/** Immutable state data. The text is kept as it came, so that what passes through a state untouched stays untouched. */
export class Payload {
  #value: Json | undefined;
  #text: string | undefined;
  #bytes: number | undefined;
  readonly #items: readonly Payload[] | undefined;

  private constructor(value: Json | undefined, text: string | undefined, items?: readonly Payload[]) {
    this.#value = value;
    this.#text = text;
    this.#items = items;
  }

  /** @param text valid JSON text; parsed when the value is first asked for. */
  static ofText(text: string): Payload {
    return new Payload(undefined, text);
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

  get isTooLarge(): boolean {
    const characters = this.text.length;
    if (characters * 3 <= maxPayloadBytes) return false;
    return characters > maxPayloadBytes || this.bytes > maxPayloadBytes;
  }
}

function listText(items: readonly Payload[]): string {
  return `[${items.map((item) => item.text).join(",")}]`;
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

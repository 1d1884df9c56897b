// Reads the elements of a JSON array, or the members of a JSON object, that is a file or lies at a pointer within one. No more
// than one of them is in memory; what lies beside them is passed over by its brackets and quotes.
import type { Json } from "../../asl/json.ts";
import { ItemReaderError } from "../ports.ts";
import { beginsValue, isWhiteSpace, ValueScanner } from "./json-value.ts";
import { joined, jsonItem, maxItemBytes, type Parser, tooLargeItem } from "./parsed-items.ts";

interface Element {
  /** The name of a member as JSON text. */
  readonly name?: Buffer | undefined;
  readonly value: Buffer;
}

/** An array or object on the way to the items, or the one that they are in. */
interface Frame {
  readonly isObject: boolean;
  /** The part of the pointer that leads on from here; `undefined` where the items are. */
  readonly token: string | undefined;
  expects: "elementOrEnd" | "element" | "colon" | "value" | "commaOrEnd";
  /** Elements that have begun. */
  count: number;
  name: Buffer | undefined;
  hasLedOn: boolean;
}

const [quote, comma, colon] = [0x22, 0x2c, 0x3a];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

export class JsonParser implements Parser<Element> {
  isMembers = false;
  readonly #tokens: readonly string[];
  readonly #frames: Frame[] = [];
  readonly #scanner = new ValueScanner();
  /** The thing whose end the scanner looks for. */
  #scanned: "name" | "item" | "other" | undefined;
  /** The beginning of a name or an item, in the pieces in which it came. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #hasBegun = false;

  /** @param pointer a JSON Pointer (RFC 6901); empty for the whole file. */
  constructor(pointer = "") {
    this.#tokens = pointer
      .split("/")
      .slice(1)
      .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  }

  *push(bytes: Uint8Array): Generator<Element, void, undefined> {
    for (let at = 0; at < bytes.length;) {
      if (this.#scanned !== undefined) {
        const end = this.#scanner.scan(bytes, at);
        if (this.#scanned !== "other") this.#keep(bytes.subarray(at, end === -1 ? bytes.length : end));
        if (end === -1) return;
        at = end;
        const element = this.#scannedToEnd();
        if (element !== undefined) yield element;
        continue;
      }
      const byte = bytes[at] ?? 0;
      at += isWhiteSpace(byte) ? 1 : this.#structure(byte);
    }
  }

  // oxlint-disable-next-line require-yield -- the end of the text ends no element: the array or object did
  *end(): Generator<Element, void, undefined> {
    // Jackson, which AWS reads with, makes a node of nothing at all.
    if (!this.#hasBegun) throw notIterable();
    if (this.#frames.length > 0 || this.#scanned !== undefined) throw malformed("it ends too early");
  }

  itemOf({ name, value }: Element, index: number): Json {
    const item = jsonItem(value, index);
    return name === undefined ? item : { Key: jsonItem(name, index), Value: item };
  }

  bytesOf({ name, value }: Element): number {
    return value.length + (name?.length ?? 0);
  }

  /** @returns how many bytes it took: none where a value begins, which is the scanner's. */
  #structure(byte: number): 0 | 1 {
    const frame = this.#frames.at(-1);
    if (frame === undefined) {
      if (this.#hasBegun) throw malformed("something follows its end");
      this.#hasBegun = true;
      return this.#enter(byte);
    }
    const { isObject, expects } = frame;
    if (byte === (isObject ? closeBrace : closeBracket) && (expects === "elementOrEnd" || expects === "commaOrEnd")) {
      if (frame.token !== undefined && !frame.hasLedOn) throw pointsToNothing();
      this.#frames.pop();
      return 1;
    }
    if (expects === "commaOrEnd") {
      if (byte !== comma) throw malformed("a comma is missing");
      frame.expects = "element";
      return 1;
    }
    if (expects === "colon") {
      if (byte !== colon) throw malformed("a colon is missing");
      frame.expects = "value";
      return 1;
    }
    if (isObject && expects !== "value") {
      if (byte !== quote) throw malformed("the name of a member is missing");
      return this.#scanFor("name", byte);
    }
    return this.#value(frame, byte);
  }

  #value(frame: Frame, byte: number): 0 | 1 {
    if (!beginsValue(byte)) throw malformed("a value is missing");
    frame.expects = "commaOrEnd";
    const index = frame.count++;
    if (frame.token === undefined) return this.#scanFor("item", byte);
    const leadsOn = frame.isObject
      ? jsonItem(frame.name ?? Buffer.of(), 0) === frame.token
      : String(index) === frame.token;
    // The first of several members with one name leads on.
    if (!leadsOn || frame.hasLedOn) return this.#scanFor("other", byte);
    frame.hasLedOn = true;
    return this.#enter(byte);
  }

  /** Goes into an array or object on the way to the items, or into the one that they are in. */
  #enter(byte: number): 1 {
    const token = this.#tokens[this.#frames.length];
    if (byte !== openBrace && byte !== openBracket) {
      if (!beginsValue(byte)) throw malformed("a value is missing");
      throw token === undefined ? notIterable() : pointsToNothing();
    }
    const isObject = byte === openBrace;
    if (token === undefined) this.isMembers = isObject;
    this.#frames.push({ isObject, token, expects: "elementOrEnd", count: 0, name: undefined, hasLedOn: false });
    return 1;
  }

  #scanFor(what: "name" | "item" | "other", byte: number): 0 {
    this.#scanned = what;
    this.#scanner.begin(byte);
    return 0;
  }

  #scannedToEnd(): Element | undefined {
    const what = this.#scanned;
    this.#scanned = undefined;
    if (what === "other") return undefined;
    const value = joined(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    const frame = this.#frames.at(-1);
    if (what === "item") return { name: frame?.isObject === true ? frame.name : undefined, value };
    if (frame !== undefined) {
      frame.name = value;
      frame.expects = "colon";
    }
    return undefined;
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > maxItemBytes) throw tooLargeItem();
  }
}

/** AWS's words, recorded. */
function notIterable(): ItemReaderError {
  return new ItemReaderError("Attempting to map over non-iterable node.");
}

function pointsToNothing(): ItemReaderError {
  return new ItemReaderError(
    "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.",
  );
}

function malformed(problem: string): ItemReaderError {
  return new ItemReaderError(`The dataset is not JSON: ${problem}.`);
}

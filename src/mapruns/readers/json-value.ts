// Finds the end of a JSON value in bytes that come in pieces. It looks at brackets and quotes alone: whether the value is JSON
// is for JSON.parse to say.

const [quote, backslash] = [0x22, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
const comma = 0x2c;

export function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether a value may begin with a byte; the end of the file is -1. */
export function beginsValue(byte: number): boolean {
  if (byte === openBracket || byte === openBrace || byte === quote || byte === 0x2d) return true;
  // Digits, and the letters of `false`, `null` and `true`.
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x66 || byte === 0x6e || byte === 0x74;
}

export class ValueScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isScalar = false;

  /** @param first byte of the value. */
  begin(first: number): void {
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#isScalar = first !== openBracket && first !== openBrace && first !== quote;
  }

  /** The place behind the value's last byte, or -1 where the value goes on behind what has come. */
  scan(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) {
          this.#isInString = false;
          if (this.#depth === 0) return at + 1;
        }
      } else if (this.#isScalar) {
        if (endsScalar(byte)) return at;
      } else if (byte === quote) this.#isInString = true;
      else if (byte === openBracket || byte === openBrace) this.#depth += 1;
      else if (byte === closeBracket || byte === closeBrace) {
        this.#depth -= 1;
        if (this.#depth === 0) return at + 1;
      }
    }
    return -1;
  }
}

function endsScalar(byte: number | undefined): boolean {
  return byte === undefined || byte === comma || byte === closeBracket || byte === closeBrace || isWhiteSpace(byte);
}

// Envelope encryption of what a store keeps: a text is sealed by a data key, a data key is wrapped by a master key that the
// operator holds. AES-256-GCM throughout, with random nonces; a sealed text is bound to the name of its cell, so that it
// opens nowhere else.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomFillSync,
} from "node:crypto";

/** The length of every key. */
export const keyBytes = 32;

/** A key of the operator. It wraps data keys and nothing else, so that another can take its place. */
export interface MasterKey {
  /** Tells which key it is, and nothing of what it is: 16 hexadecimal digits. */
  readonly fingerprint: string;
  readonly wrappingKey: KeyObject;
}

export interface DataKey {
  /** Stands in front of everything that the key has sealed. */
  readonly id: number;
  readonly key: KeyObject;
}

/**
 * How many texts one data key seals. With random nonces of 96 bits the chance that two of them are equal stays below
 * 2^-36; NIST SP 800-38D allows four times as many.
 */
export const maxSealsPerDataKey = 2 ** 30;

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
/** The first byte of a sealed text, which says how the rest is to be read. */
const format = 1;
/** Format and id of the data key. */
const headerBytes = 5;

/** @param secret 32 random bytes. */
export function masterKeyOf(secret: Uint8Array): MasterKey {
  const derived = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync("sha256", secret, "", `pawl master key: ${purpose}`, length));
  return {
    fingerprint: derived("fingerprint", 8).toString("hex"),
    wrappingKey: createSecretKey(derived("wrapping", keyBytes)),
  };
}

export function newDataKey(id: number): DataKey {
  return { id, key: createSecretKey(randomBytes(keyBytes)) };
}

export function wrapDataKey({ id, key }: DataKey, { wrappingKey }: MasterKey): Uint8Array {
  return encrypt(wrappingKey, wrapPlace(id), key.export(), Buffer.alloc(0));
}

/** `undefined` when it was changed, or wrapped by another key or under another id. */
export function unwrapDataKey(id: number, wrapped: Uint8Array, { wrappingKey }: MasterKey): DataKey | undefined {
  const secret = decrypt(wrappingKey, wrapPlace(id), wrapped);
  return secret === undefined ? undefined : { id, key: createSecretKey(secret) };
}

/** @param cell the name of the cell that the text stands in; it opens with the same name only. */
export function seal({ id, key }: DataKey, cell: string, content: string | Uint8Array): Uint8Array {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(format, 0);
  header.writeUInt32BE(id, 1);
  const plain = typeof content === "string" ? Buffer.from(content) : content;
  return encrypt(key, boundTo(cell), plain, header);
}

/** The id of the data key that a sealed text needs; `undefined` when it is none. */
export function dataKeyIdOf(sealed: Uint8Array): number | undefined {
  const isSealed = sealed.length >= headerBytes + nonceBytes + tagBytes && sealed[0] === format;
  return isSealed ? viewOf(sealed).readUInt32BE(1) : undefined;
}

/** The content that was sealed, a text as UTF-8; `undefined` when it was changed or moved. */
export function open({ key }: DataKey, cell: string, sealed: Uint8Array): Buffer | undefined {
  return decrypt(key, boundTo(cell), sealed.subarray(headerBytes));
}

const wrapPlace = (id: number): Buffer => Buffer.from(`pawl ${format} data key ${id}`);
const boundTo = (cell: string): Buffer => Buffer.from(`pawl ${format} ${cell}`);

/** @returns the header, the nonce, the encrypted bytes and the tag. */
function encrypt(key: KeyObject, place: Buffer, plain: Uint8Array, header: Buffer): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(place);
  const encrypted = cipher.update(plain);
  // GCM holds nothing back: what is left to do is the tag.
  cipher.final();
  return Buffer.concat([header, nonce, encrypted, cipher.getAuthTag()]);
}

/** @param sealed what `encrypt` gave, without the header. */
function decrypt(key: KeyObject, place: Buffer, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(place);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(nonceBytes, end));
  try {
    decipher.final();
    return plain;
  } catch {
    // The only thing that `final` can find wrong is the tag.
    return undefined;
  }
}

/** Random bytes are asked for in bulk: each request to the system costs as much as sealing a small text. */
const nonces = Buffer.alloc(256 * nonceBytes);
let nonceEnd = nonces.length;

function nextNonce(): Buffer {
  if (nonceEnd === nonces.length) {
    randomFillSync(nonces);
    nonceEnd = 0;
  }
  return nonces.subarray(nonceEnd, (nonceEnd += nonceBytes));
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

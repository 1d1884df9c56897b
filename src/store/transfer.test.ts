// Data go from file to file, encrypted or not.
import { masterKeyOf } from "./envelope.ts";
import { sqliteDatabase } from "./sqlite/transfer-fixtures.ts";
import { transferContract, troubledTransferContract } from "./transfer-contract.ts";

const plain = sqliteDatabase(undefined);
const [encrypted, otherKey] = [7, 8].map((byte) => sqliteDatabase([masterKeyOf(new Uint8Array(32).fill(byte))]));
if (encrypted === undefined || otherKey === undefined) throw new Error("there are two keys");

transferContract("file to file", { from: plain, to: plain });
transferContract("file to encrypted file", { from: plain, to: encrypted });
transferContract("encrypted file to file", { from: encrypted, to: plain });
transferContract("encrypted file to one of another key", { from: encrypted, to: otherKey });
troubledTransferContract("file to file", { from: plain, to: plain });

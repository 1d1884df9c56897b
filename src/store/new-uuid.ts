// UUIDs that name executions. They look as AWS's do (version 4), but their first 48 bits are the time, as in version 7: keys
// made one after the other stand side by side in an index, where random ones would each touch a page of their own.
import { randomUUID } from "node:crypto";

let newestTime = -1;
let newestPrefix = "";

/** @param now epoch milliseconds. */
export function newUuid(now: number): string {
  if (now !== newestTime) {
    const digits = now.toString(16).padStart(12, "0");
    newestTime = now;
    newestPrefix = `${digits.slice(0, 8)}-${digits.slice(8)}`;
  }
  return newestPrefix + randomUUID().slice(newestPrefix.length);
}

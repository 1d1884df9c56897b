// The errors of a store that its callers tell apart.

/** Thrown by a write of a process that lost the lease: another process has taken the data over. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}
/** Thrown by `open` when a live process holds the lease. */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
}
/** Thrown by `open` when the store is encrypted and its key was not given. */
export class StoreKeyError extends Error {
  override readonly name = "StoreKeyError";
}
/** Thrown by a read of an encrypted store: what is there was changed, moved, or never sealed. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError";
}

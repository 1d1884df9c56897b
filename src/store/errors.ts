// The errors of a store that its callers tell apart.

/** A write of a process that lost the lease throws it: another process has taken the data over. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}
/** A write throws it when the disk has failed to sync: nobody can say what is stored, and nothing is written any more. */
export class DiskFailedError extends Error {
  override readonly name = "DiskFailedError";
}
/** `open` throws it when a live process holds the lease. */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
}
/** `open` throws it when the store is encrypted and its key was not given. */
export class StoreKeyError extends Error {
  override readonly name = "StoreKeyError";
}
/** A read throws it: what stands there is not what was written. */
export class StoreDamagedError extends Error {
  override readonly name = "StoreDamagedError";
}
/** A read of an encrypted store throws it: the cell was changed, moved, or never sealed. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError";
}
/** A write to a partition that another node has taken throws it. */
export class NotOwnerError extends Error {
  override readonly name = "NotOwnerError";
}
/** A write throws it when its answer was lost, and nobody can say whether it was made. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";
}
/** A call of a store in a database of its own throws it: the database cannot be reached, and nothing was written. */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

// Faults that pass and faults that stay: a disk that fails to read once may read the next time, so that what must not be
// lost is tried again, while a broken row or a bug is the same for ever.
import { DefinitionError } from "../../asl/parse-program.ts";
import { BugError } from "../../asl/assert.ts";
import {
  DiskFailedError,
  LeaseLostError,
  NotOwnerError,
  OutcomeUnknownError,
  SealBrokenError,
  StoreAwayError,
  StoreDamagedError,
} from "../../store/errors.ts";
import { CommitError } from "./committer.ts";

const ofStore = [CommitError, StoreAwayError, NotOwnerError, OutcomeUnknownError];

/** Whether the store, or the way to it, is to blame: the same is to be done again, until it is known how it comes out. */
export function isOfStore(error: unknown): boolean {
  return ofStore.some((kind) => error instanceof kind);
}

const lasting = [
  StoreDamagedError,
  SealBrokenError,
  LeaseLostError,
  DiskFailedError,
  DefinitionError,
  BugError,
  TypeError,
  RangeError,
];

/** Whether the same may succeed when it is tried again. */
export function mayPass(error: unknown): boolean {
  return !lasting.some((kind) => error instanceof kind);
}

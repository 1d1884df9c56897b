// How errors of a call travel between nodes: by a name of this table, or as a failure whose reason stays in the log of the
// node that was called.
import { CommitError, StoppingError } from "../runtime/executions/committer.ts";
import { MemorySpentError } from "../runtime/memory-budget.ts";
import { NotOwnerError, OutcomeUnknownError } from "../store/errors.ts";

/** The call was refused before anything was done for it: it may be made elsewhere. */
export class PeerRefusedError extends Error {
  override readonly name = "PeerRefusedError";
}

/** The call may have been performed; its answer did not come. */
export class PeerAnswerLostError extends OutcomeUnknownError {}

/** Those that say more come before those that they are kinds of. */
const travelling: readonly (readonly [
  name: string,
  is: (error: unknown) => boolean,
  make: (message: string) => Error,
])[] = [
  ["refused", (error) => error instanceof PeerRefusedError, (message) => new PeerRefusedError(message)],
  ["notOwner", (error) => error instanceof NotOwnerError, (message) => new NotOwnerError(message)],
  ["outcomeUnknown", (error) => error instanceof OutcomeUnknownError, (message) => new OutcomeUnknownError(message)],
  ["stopping", (error) => error instanceof StoppingError, () => new StoppingError()],
  ["commit", (error) => error instanceof CommitError, (message) => new CommitError(message)],
  ["memorySpent", (error) => error instanceof MemorySpentError, () => new MemorySpentError()],
];

export interface TravellingError {
  readonly error: string;
  readonly message: string;
}

/** @returns undefined for an error whose reason does not travel. */
export function errorToSend(error: unknown): TravellingError | undefined {
  const row = travelling.find(([, is]) => is(error));
  return row === undefined ? undefined : { error: row[0], message: error instanceof Error ? error.message : "" };
}

export function errorReceived(given: unknown, from: string): Error {
  const { error, message } = isTravelling(given) ? given : { error: "", message: "" };
  const row = travelling.find(([name]) => name === error);
  return row?.[2](message) ?? new Error(`The node at ${from} failed to perform a call of this one; its log says why.`);
}

function isTravelling(given: unknown): given is TravellingError {
  if (typeof given !== "object" || given === null) return false;
  return "error" in given && typeof given.error === "string" && "message" in given && typeof given.message === "string";
}

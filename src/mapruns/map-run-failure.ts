// A failure of a Map Run, on its way to where the run ends.
import type { StateFailure } from "../engine/data-flow.ts";

export class MapRunFailure extends Error {
  override readonly name = "MapRunFailure";
  readonly failure: StateFailure;

  constructor(failure: StateFailure) {
    super(failure.cause);
    this.failure = failure;
  }
}

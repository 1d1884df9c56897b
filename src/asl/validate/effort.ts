// The work that has been done to check a definition, and how much more may be: all in all, and for the state at hand.
import { mostDefinitionSteps, mostStateSteps } from "../definition-work.ts";
import { Pace } from "../pieces.ts";
import { Work } from "../work.ts";

export class Effort {
  readonly definition: Work;
  /** Steps that are left to compile what stands in the state at hand. */
  stateLeft = mostStateSteps;
  readonly #pace: Pace;

  /** @param around that of the definition, for a state of it */
  constructor(around?: Effort) {
    this.definition = around?.definition ?? new Work({ steps: mostDefinitionSteps });
    this.#pace = around === undefined ? new Pace(this.definition) : around.#pace;
  }

  isPauseDue(): boolean {
    return this.#pace.isPauseDue();
  }
}

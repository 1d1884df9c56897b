// The work that has been done to check a definition, and how much more may be: all in all, and for the state at hand.
import { mostDefinitionSteps, mostStateSteps } from "../definition-work.ts";
import { Pace } from "../pieces.ts";
import { Work } from "../work.ts";

export class Effort {
  readonly definition = new Work({ steps: mostDefinitionSteps });
  readonly #pace = new Pace(this.definition);
  /** Steps that are left to compile what stands in the state at hand. */
  stateLeft = mostStateSteps;

  constructor(around?: Effort) {
    if (around === undefined) return;
    this.definition = around.definition;
    this.#pace = around.#pace;
  }

  isPauseDue(): boolean {
    return this.#pace.isPauseDue();
  }
}

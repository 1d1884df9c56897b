// Large answers that their callers do not read: they stay in memory until they are, so there is an end to how many.
import type { ServerResponse } from "node:http";

/** Shorter answers are not counted: the number of connections bounds them. */
const countedFrom = 64 * 1024;
const mostCharacters = 64 * 1024 * 1024;
/** A caller that has not read a large answer by then is cut off. */
const patienceMs = 120_000;

export class UnreadAnswers {
  #characters = 0;

  /** Counts an answer until it is read, or its caller has gone; false when there is no room for it. */
  admit(response: ServerResponse, characters: number): boolean {
    if (characters < countedFrom || response.destroyed) return true;
    if (this.#characters + characters > mostCharacters) return false;
    this.#characters += characters;
    const giveUp = setTimeout(() => response.destroy(), patienceMs);
    response.once("close", () => {
      this.#characters -= characters;
      clearTimeout(giveUp);
    });
    return true;
  }
}

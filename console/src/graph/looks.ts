// The looks that an execution and a choice give to a graph, for the nodes and edges that look otherwise for them.
import { createContext } from "react";
import type { Status } from "@graph/palette.ts";

export interface NodeLook {
  readonly status?: Status | undefined;
  /** How often the state was entered, where that is more than once. */
  readonly count?: number | undefined;
}

export interface Choice {
  /** The id of the node that is chosen. */
  readonly chosen: string | undefined;
  /** Absent where none can be. */
  readonly onChoose: ((nodeId: string) => void) | undefined;
}

export const noLooks: ReadonlyMap<string, NodeLook> = new Map();
export const nothingTaken: ReadonlySet<string> = new Set();

export const LooksContext = createContext(noLooks);
export const TakenContext = createContext(nothingTaken);
export const ChoiceContext = createContext<Choice>({ chosen: undefined, onChoose: undefined });

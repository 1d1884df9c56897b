// The selection of an execution's page, as its address has it.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export interface Selection {
  readonly view?: "table" | "timeline" | "events" | undefined;
  /** The id of a node of the graph. */
  readonly state?: string | undefined;
  /** The id of a visit of it. */
  readonly visit?: number | undefined;
  /** The id of the scope of the iteration whose visits are shown. */
  readonly iteration?: number | undefined;
  /** The position of an event in the journal. */
  readonly event?: number | undefined;
  /** The tab of the panel. */
  readonly panel?: string | undefined;
  /** How many events are looked at: a moment of the past. */
  readonly at?: number | undefined;
}

export function useSelection(): Selection {
  // Two pages have it: that of an execution, and that of a history from a file.
  return useSearch({ strict: false });
}

/** Whether there is something for the panel to show. */
export function isAnythingChosen({ state, visit, event }: Selection): boolean {
  return state !== undefined || visit !== undefined || event !== undefined;
}

/** Changes a part of the selection; each choice of a state or an event is a step to go back from. */
export function useSelect(): (change: Selection, isStep?: boolean) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, isStep = true) => {
      void navigate({ to: ".", search: (was: object) => ({ ...was, ...change }), replace: !isStep });
    },
    [navigate],
  );
}

// Watches Standard executions for their starts and ends. Express ones send no such events ("Express Workflows do not emit
// events to EventBridge", developer guide).
import type { Watch } from "../../runtime/executions/watch.ts";
import { isStatusEvent, type StatusChange, statusChange } from "./status-change.ts";

export interface WatchStatusOptions {
  readonly add: (change: StatusChange) => void;
  /** Listed events that an execution may have. */
  readonly maxHistoryEvents: number;
}

export function watchStatus({ add, maxHistoryEvents }: WatchStatusOptions): Watch {
  return (watched) => {
    if (watched.record.type === "EXPRESS") return undefined;
    return (event, before) => {
      if (!isStatusEvent(event)) return undefined;
      const change = statusChange(event, before, { ...watched, maxHistoryEvents });
      return () => add(change);
    };
  };
}

// The icons of a drawing as path data on a square of 16 by 16, all strokes: they need no font and scale with the drawing.
import type { NodeType } from "./graph.ts";
import type { Status } from "./palette.ts";

const circle = "M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 0 1 0-12.4z";
const warning = "M8 2.2L14.6 13.6H1.4zM8 6.4v3.4M8 11.8v.1";

export const nodeIcons: Readonly<Record<NodeType, string>> = {
  Task: "M9 1.8L3.2 9.2H7.6L7 14.2L12.8 6.8H8.4z",
  Pass: "M2 8h11.4M9.4 4l4 4l-4 4",
  Choice: "M8 1.6L14.4 8L8 14.4L1.6 8zM8 7.9v.2",
  Wait: `${circle}M8 4.6V8l2.4 1.6`,
  Succeed: `${circle}M5.2 8.2l2 2l3.6-4.2`,
  Fail: `${circle}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4`,
  Parallel: "M8 1.6v3.2M3 14.4V8.2q0-2.4 2.4-2.4h5.2q2.4 0 2.4 2.4v6.2M8 5v9.4",
  Map: "M8 1.8l6.2 3.1L8 8L1.8 4.9zM1.8 8L8 11.1L14.2 8M1.8 11.1L8 14.2l6.2-3.1",
  Missing: warning,
  Unknown: warning,
  Start: "",
  End: "",
};

export const retryIcon = "M13.4 8a5.4 5.4 0 1 1-1.6-3.8L13.6 6M13.6 2.4V6H10";
/** Drawn white on a disc, as the icons of statuses are. */
export const problemIcon = "M8 4v4.6M8 11.6v.1";

/** Drawn white on a disc of the status's colour. */
export const statusIcons: Readonly<Record<Status, string>> = {
  succeeded: "M4.4 8.4l2.4 2.4l4.8-5.4",
  failed: "M5 5l6 6M11 5l-6 6",
  running: "M6.2 4.6l5 3.4l-5 3.4z",
  caught: "M8 4v4.6M8 11.6v.1",
  waiting: "M6.2 5v6M9.8 5v6",
};

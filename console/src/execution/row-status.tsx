// The status of a visit in a long list: what `Status` shows, made with less, as a screenful of them is made at every frame.
import { statusIcons } from "@graph/icons.ts";
import type { VisitStatus } from "@engine/inspection/visit-state.ts";
import { statusWord } from "../parts/status.tsx";

const looks = {
  running: "running",
  waiting: "waiting",
  succeeded: "succeeded",
  failed: "failed",
  caught: "caught",
  aborted: "caught",
} as const satisfies Readonly<Record<VisitStatus, keyof typeof statusIcons>>;

export function RowStatus({ status }: { readonly status: VisitStatus }) {
  return (
    <span className={`row-status ${looks[status]}`}>
      <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden="true">
        <path d={statusIcons[looks[status]]} />
      </svg>
      {statusWord(status)}
    </span>
  );
}

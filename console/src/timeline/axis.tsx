// The axis of the timeline: the time since the start, and the idle times that are drawn short.
import type { AxisPiece } from "@engine/inspection/time-axis.ts";
import { durationText } from "../parts/durations.ts";

interface AxisProps {
  readonly axis: readonly AxisPiece[];
  readonly from: number;
  readonly opened: ReadonlySet<number>;
  readonly onToggle: (start: number) => void;
}

export function Axis({ axis, from, opened, onToggle }: AxisProps) {
  return (
    <div className="timeline-axis">
      <span />
      <div className="axis-line">
        {axis.map((piece) => {
          const style = { insetInlineStart: `${piece.start * 100}%`, inlineSize: `${piece.share * 100}%` };
          if (!piece.isIdle) {
            return (
              <span key={piece.from} className="axis-piece" style={style}>
                {piece.share > 0.08 ? `+${durationText(piece.from - from)}` : ""}
              </span>
            );
          }
          const length = durationText(piece.until - piece.from);
          return (
            <button
              key={piece.from}
              type="button"
              className="axis-piece idle"
              style={style}
              aria-expanded={false}
              aria-label={`Nothing ran for ${length}: draw it in full`}
              title={`Nothing ran for ${length}`}
              onClick={() => onToggle(piece.from)}
            >
              ⋯
            </button>
          );
        })}
      </div>
      {opened.size === 0 ? null : (
        <button type="button" className="more" onClick={() => [...opened].forEach(onToggle)}>
          Draw idle times short again
        </button>
      )}
    </div>
  );
}

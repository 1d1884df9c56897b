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
          const style = placed(piece.start, piece.share);
          if (!piece.isIdle) return <Ticks key={piece.from} piece={piece} from={from} />;
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

/** The part of the axis that a time is given with a label of its own. */
const tickShare = 0.125;

function Ticks({ piece, from }: { readonly piece: AxisPiece; readonly from: number }) {
  // Times are told to the millisecond.
  const count = Math.max(1, Math.min(Math.floor(piece.share / tickShare), piece.until - piece.from));
  const length = (piece.until - piece.from) / count;
  return Array.from({ length: count }, (_, index) => (
    <span
      key={index}
      className="axis-piece"
      style={placed(piece.start + (index * piece.share) / count, piece.share / count)}
    >
      {piece.share < tickShare / 2 ? "" : `+${durationText(piece.from + index * length - from)}`}
    </span>
  ));
}

function placed(start: number, share: number) {
  return { insetInlineStart: `${start * 100}%`, inlineSize: `${share * 100}%` };
}

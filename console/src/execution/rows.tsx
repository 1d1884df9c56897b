// A list of any length of which only what is in sight is made: one row a line, walked through by arrow keys.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import "./execution-views.css";

interface RowsProps {
  readonly label: string;
  readonly className: string;
  readonly count: number;
  readonly head: readonly string[];
  readonly cells: (index: number) => readonly ReactNode[];
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
  readonly isLater?: ((index: number) => boolean) | undefined;
}

const rowHeight = 36;

export function Rows({ label, className, count, head, cells, chosen, onChoose, isLater }: RowsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  });
  useEffect(() => {
    if (chosen !== undefined && chosen >= 0) rows.scrollToIndex(chosen, { align: "auto" });
  }, [chosen, rows]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -count, End: count }[event.key];
    if (step === undefined || count === 0) return;
    event.preventDefault();
    onChoose(Math.max(0, Math.min(count - 1, (chosen ?? -1) + step)));
  };
  return (
    <div
      ref={frame}
      className="rows"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="rows-inner" role="rowgroup" style={{ height: rows.getTotalSize() + rowHeight }}>
        <div className={`rows-head ${className}`} role="row" aria-rowindex={1}>
          {head.map((text) => (
            <span key={text} role="columnheader">
              {text}
            </span>
          ))}
        </div>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={index === chosen}
            className={`row ${className}${isLater?.(index) === true ? " later" : ""}`}
            style={{ transform: `translateY(${start + rowHeight}px)` }}
            onClick={() => onChoose(index)}
          >
            {cells(index).map((cell, column) => (
              <span key={column} role="gridcell">
                {cell}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

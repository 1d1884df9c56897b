// A list of any length of which only what is in sight is made: one row a line, walked through by arrow keys.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import "./execution-views.css";

interface RowsProps<Item> {
  readonly label: string;
  readonly className: string;
  readonly count: number;
  readonly head: readonly string[];
  /** The same object for as long as its cells are the same. */
  readonly item: (index: number) => Item | undefined;
  /** A function of the module: a row whose item is the same is not made again. */
  readonly cells: (item: Item) => readonly ReactNode[];
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
  readonly isLater?: ((index: number) => boolean) | undefined;
}

const rowHeight = 36;
/** More than ever are in sight: rows that scroll out of it are used again for those that come. */
const slots = 128;

export function Rows<Item>(props: RowsProps<Item>) {
  const { label, className, count, head, item, cells, chosen, onChoose, isLater } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 8,
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
  const onClick = ({ target }: MouseEvent): void => {
    const row = target instanceof Element ? target.closest("[aria-rowindex]")?.ariaRowIndex : undefined;
    const index = Number(row ?? 0) - 2;
    if (index >= 0) onChoose(index);
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
      onClick={onClick}
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
          <Row
            key={index % slots}
            index={index}
            start={start + rowHeight}
            className={`row ${className}${isLater?.(index) === true ? " later" : ""}`}
            isChosen={index === chosen}
            item={item(index)}
            cells={cells}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps<Item> {
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly className: string;
  readonly isChosen: boolean;
  readonly item: Item | undefined;
  readonly cells: (item: Item) => readonly ReactNode[];
}

const Row = memo(OneRow) as typeof OneRow;

function OneRow<Item>({ index, start, className, isChosen, item, cells }: RowProps<Item>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      className={className}
      style={{ transform: `translateY(${start}px)` }}
    >
      {item === undefined
        ? null
        : cells(item).map((cell, column) => (
            <span key={column} role="gridcell">
              {cell}
            </span>
          ))}
    </div>
  );
}

// The states of a large graph as a list to find them by their names: a drawing of thousands of states is no way to one of them.
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { useVirtualizer } from "@tanstack/react-virtual";
import { use, useDeferredValue, useMemo, useRef, useState } from "react";
import type { PositionedGraph } from "@graph/layout.ts";
import { shownLine } from "../parts/shown-text.ts";
import { statusWord } from "../parts/status.tsx";
import { ChoiceContext, LooksContext } from "./looks.ts";

interface OutlineProps {
  readonly graph: PositionedGraph;
  readonly onShow: (nodeId: string) => void;
}

const rowHeight = 28;

export function Outline({ graph, onShow }: OutlineProps) {
  const [isOpen, setOpen] = useState(false);
  const states = useMemo(() => graph.nodes.filter(({ type }) => type !== "Start" && type !== "End"), [graph]);
  const count = states.length.toLocaleString();
  return (
    <div className={`graph-outline${isOpen ? " open" : ""}`}>
      <Button
        iconName={isOpen ? "close" : "search"}
        ariaExpanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >{`${count} states`}</Button>
      {graph.isTruncated ? (
        <p>{`The definition is larger: its first ${count} states are drawn. Its text has all of them.`}</p>
      ) : null}
      {isOpen ? <States states={states} onShow={onShow} /> : null}
    </div>
  );
}

interface StatesProps {
  readonly states: PositionedGraph["nodes"];
  readonly onShow: (nodeId: string) => void;
}

function States({ states, onShow }: StatesProps) {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.toLowerCase());
  const found = useMemo(() => states.filter(({ name }) => name.toLowerCase().includes(wanted)), [states, wanted]);
  const looks = use(LooksContext);
  const { chosen, onChoose } = use(ChoiceContext);
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: found.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  return (
    <>
      <Input
        type="search"
        value={text}
        ariaLabel="Find a state"
        clearAriaLabel="Find another"
        placeholder="Find a state"
        onChange={({ detail }) => setText(detail.value)}
      />
      <div ref={frame} className="graph-outline-rows" role="group" aria-label="States" tabIndex={0}>
        <ul style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const node = found[index];
            if (node === undefined) return null;
            const status = looks.get(node.id)?.status;
            return (
              <li key={node.id} style={{ transform: `translateY(${start}px)` }}>
                <button
                  type="button"
                  aria-pressed={node.id === chosen}
                  onClick={() => {
                    onShow(node.id);
                    onChoose?.(node.id);
                  }}
                >
                  <bdi>{shownLine(node.name, 60)}</bdi>
                  <span>{status === undefined ? node.type : statusWord(status)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
      {found.length === 0 ? <p role="status">No state has such a name.</p> : null}
    </>
  );
}

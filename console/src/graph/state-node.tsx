// A state on the canvas: its icon, name and work, how it fares, and how often it was entered.
import type { Node, NodeProps } from "@xyflow/react";
import { type CSSProperties, memo, use } from "react";
import { nodeIcons, problemIcon, retryIcon, statusIcons } from "@graph/icons.ts";
import { measures, type PositionedNode } from "@graph/layout.ts";
import type { Status } from "@graph/palette.ts";
import { shownText } from "../parts/shown-text.ts";
import { statusWord } from "../parts/status.tsx";
import { type Choice, ChoiceContext, LooksContext, type NodeLook } from "./looks.ts";

interface StateNodeData extends Record<string, unknown> {
  readonly node: PositionedNode;
}

export type StateFlowNode = Node<StateNodeData, "state">;

export const StateNode = memo(StateOnCanvas);

const plain: NodeLook = {};

function StateOnCanvas({ data: { node } }: NodeProps<StateFlowNode>) {
  const look = use(LooksContext).get(node.id) ?? plain;
  const { chosen, onChoose } = use(ChoiceContext);
  if (node.type === "Start" || node.type === "End") return <Terminal node={node} />;
  return <StateBox node={node} look={look} isChosen={node.id === chosen} onChoose={onChoose} />;
}

interface StateBoxProps extends Pick<Choice, "onChoose"> {
  readonly node: PositionedNode;
  readonly look: NodeLook;
  readonly isChosen: boolean;
}

const StateBox = memo(DrawnState);

function DrawnState({ node, look, isChosen, onChoose }: StateBoxProps) {
  const { status } = look;
  const style = {
    width: node.width,
    height: node.height,
    "--accent": `var(--graph-${node.type}-accent)`,
    "--tint": `var(--graph-${node.type}-tint)`,
    ...(status === undefined
      ? {}
      : { "--status": `var(--graph-${status}-accent)`, "--status-tint": `var(--graph-${status}-tint)` }),
  } as CSSProperties;
  const classes = [
    "state-node",
    node.isContainer ? "container" : "leaf",
    status === undefined ? "" : "has-status",
    node.problem === undefined ? "" : "wrong",
  ];
  return (
    <button
      type="button"
      className={classes.join(" ")}
      style={style}
      aria-pressed={isChosen}
      title={shownText(node.name.slice(0, 240))}
      disabled={onChoose === undefined}
      onClick={() => onChoose?.(node.id)}
    >
      <span className="state-icon">
        <Icon path={nodeIcons[node.type]} size={16} />
      </span>
      <span className="state-text" style={{ insetInlineStart: measures.iconColumn }}>
        {node.lines.map((line, index) => (
          <bdi key={index} className="state-name">
            {shownText(line)}
          </bdi>
        ))}
        <bdi className="state-work">{shownText(node.subLine)}</bdi>
      </span>
      {node.hasRetry ? (
        <span className="state-retry">
          <Icon path={retryIcon} size={12} />
        </span>
      ) : null}
      {look.count === undefined ? null : (
        <span className="state-count" aria-hidden="true">
          ×{look.count.toLocaleString()}
        </span>
      )}
      <Mark node={node} status={status} />
      <span className="visually-hidden">{`, ${detailsOf(node, look)}`}</span>
    </button>
  );
}

/** For screen readers: what eyes see of icons and colours. */
function detailsOf(node: PositionedNode, { status, count }: NodeLook): string {
  const entered = count === undefined ? "" : `entered ${count} times`;
  const parts = [node.type, status === undefined ? "" : statusWord(status), entered, node.problem ?? ""];
  return parts.filter((part) => part !== "").join(", ");
}

function Mark({ node, status }: { readonly node: PositionedNode; readonly status: Status | undefined }) {
  if (status !== undefined) {
    return (
      <span className={`state-mark ${status}`}>
        <Icon path={statusIcons[status]} size={12} weight={2.2} />
      </span>
    );
  }
  if (node.problem === undefined || node.type === "Missing" || node.type === "Unknown") return null;
  return (
    <span className="state-mark problem">
      <Icon path={problemIcon} size={12} weight={2.2} />
    </span>
  );
}

function Terminal({ node }: { readonly node: PositionedNode }) {
  const isSmall = node.height < 20;
  return (
    <div
      className="terminal-node"
      style={{ width: node.width, height: node.height }}
      title={node.problem ?? node.label}
    >
      {isSmall ? null : node.label}
    </div>
  );
}

function Icon({
  path,
  size,
  weight = 1.6,
}: {
  readonly path: string;
  readonly size: number;
  readonly weight?: number;
}) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth={weight}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

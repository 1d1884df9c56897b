// A graph as Mermaid text, for documents that draw their own diagrams (a README on a code host, a wiki). Ids are numbers in
// the order of the definition, so that a small change of a definition is a small change of the text.
import type { Graph, GraphEdge, GraphNode, GraphScope, NodeType } from "./graph.ts";
import { shortenedTo } from "./text-size.ts";

const longestEdgeLabel = 80;

type Shape = { readonly open: string; readonly close: string; readonly className: string };

const shapes: Readonly<Record<NodeType, Shape>> = {
  Task: { open: "[", close: "]", className: "task" },
  Pass: { open: "[", close: "]", className: "pass" },
  Choice: { open: "{", close: "}", className: "choice" },
  Wait: { open: "([", close: "])", className: "wait" },
  Succeed: { open: "([", close: "])", className: "succeed" },
  Fail: { open: "([", close: "])", className: "fail" },
  Parallel: { open: "[[", close: "]]", className: "task" },
  Map: { open: "[[", close: "]]", className: "task" },
  Missing: { open: "[", close: "]", className: "wrong" },
  Unknown: { open: "[", close: "]", className: "wrong" },
  Start: { open: "((", close: "))", className: "terminal" },
  End: { open: "(((", close: ")))", className: "terminal" },
};

/** Colours that read on a light and on a dark page alike. */
const classes = [
  "classDef task fill:#e4edff,stroke:#2563eb,color:#0f172a",
  "classDef pass fill:#edf1f6,stroke:#5b6b81,color:#0f172a",
  "classDef choice fill:#fff1d9,stroke:#c26a04,color:#0f172a",
  "classDef wait fill:#f0e8ff,stroke:#7c3aed,color:#0f172a",
  "classDef succeed fill:#dff6e6,stroke:#15803d,color:#0f172a",
  "classDef fail fill:#fde5e7,stroke:#d11f2f,color:#0f172a",
  "classDef wrong fill:#ffffff,stroke:#d11f2f,color:#d11f2f,stroke-dasharray:5 4",
  "classDef container fill:#f8fafc,stroke:#64748b,color:#0f172a,stroke-dasharray:6 4",
  "classDef branch fill:#ffffff,stroke:#cbd5e1,color:#0f172a",
  "classDef terminal fill:#334155,stroke:#334155,color:#ffffff",
] as const;

type Writer = {
  readonly ids: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, readonly GraphNode[]>;
  readonly edges: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly inner: ReadonlyMap<string | undefined, readonly GraphScope[]>;
  readonly lines: string[];
};

/** The text of a `flowchart TD`. Map and Parallel states are subgraphs, and so is each branch of a Parallel state. */
export function renderMermaid(graph: Graph): string {
  const writer: Writer = {
    ids: new Map(graph.nodes.map(({ id }, index) => [id, `s${index}`])),
    nodes: Map.groupBy(graph.nodes, ({ scope }) => scope),
    edges: Map.groupBy(graph.edges, ({ scope }) => scope),
    inner: Map.groupBy(graph.scopes, ({ owner }) => owner),
    lines: ["flowchart TD"],
  };
  for (const root of writer.inner.get(undefined) ?? []) writeScope(root, writer, "  ");
  writer.lines.push(...classes.map((line) => `  ${line}`));
  return `${writer.lines.join("\n")}\n`;
}

function writeScope(scope: GraphScope, writer: Writer, indent: string): void {
  for (const node of writer.nodes.get(scope.id) ?? []) writeNode(node, writer, indent);
  for (const { from, to, kind, label } of writer.edges.get(scope.id) ?? []) {
    const arrow = kind === "catch" ? "-.->" : "-->";
    const text = label === "" ? "" : `|"${escapeLabel(shortenedTo(label, longestEdgeLabel))}"|`;
    writer.lines.push(`${indent}${writer.ids.get(from)} ${arrow}${text} ${writer.ids.get(to)}`);
  }
}

function writeNode(node: GraphNode, writer: Writer, indent: string): void {
  const id = writer.ids.get(node.id);
  const inner = writer.inner.get(node.id) ?? [];
  if (inner.length === 0) {
    const { open, close, className } = shapes[node.type];
    writer.lines.push(`${indent}${id}${open}"${nodeText(node)}"${close}:::${className}`);
    return;
  }
  writer.lines.push(`${indent}subgraph ${id}["${escapeLabel(node.label)}"]`);
  for (const [index, scope] of inner.entries()) {
    if (node.type === "Map") {
      writeScope(scope, writer, `${indent}  `);
      continue;
    }
    writer.lines.push(`${indent}  subgraph ${id}b${index}["${escapeLabel(scope.label)}"]`);
    writeScope(scope, writer, `${indent}    `);
    writer.lines.push(`${indent}  end`, `${indent}  class ${id}b${index} branch`);
  }
  writer.lines.push(`${indent}end`, `${indent}class ${id} container`);
}

function nodeText({ type, scope, label, subLabel }: GraphNode): string {
  if (type === "Start" || type === "End") return scope === "" ? label : " ";
  return subLabel === type ? escapeLabel(label) : `${escapeLabel(label)}<br/>${escapeLabel(subLabel)}`;
}

/**
 * A label between double quotes. Everything that Mermaid, its Markdown or HTML could read as more than a character becomes
 * a character code: quotes, brackets, `%%` directives, backticks, the colon of a style, and entities that are there already.
 */
function escapeLabel(text: string): string {
  return text.replace(
    /[^\p{L}\p{N}\p{M}\p{So} $()/=,.?!:+|…·-]|:(?=\S)/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}

// A positioned graph as one SVG document that stands alone: no font, style sheet, script or image from elsewhere. Colours
// are presentation attributes, so that it is right in readers that know no CSS.
import { edgePath, arrowPath } from "./edge-path.ts";
import type { NodeType } from "./graph.ts";
import { nodeIcons, problemIcon, retryIcon, statusIcons } from "./icons.ts";
import { measures, type PositionedEdge, type PositionedGraph, type PositionedNode } from "./layout.ts";
import {
  accents,
  paintOf,
  statusColors,
  surfaces,
  type Paint,
  type Shade,
  type Status,
  type Theme,
} from "./palette.ts";

export type SvgOptions = {
  /** `auto` (the default) follows the reader's preferred colour scheme. */
  readonly theme?: Theme | undefined;
  /** The status of a node by its id, to colour an execution; nodes without one stay as they are. */
  readonly statusOf?: ((nodeId: string) => Status | undefined) | undefined;
};

type Brush = { readonly paint: Paint; readonly statusOf: (nodeId: string) => Status | undefined };

const fonts = "'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation Sans','Noto Sans','DejaVu Sans',sans-serif";

/** The text of an SVG document. Every text from the definition is escaped. */
export function renderSvg(graph: PositionedGraph, options: SvgOptions = {}): string {
  const paint = paintOf(options.theme ?? "auto");
  const brush: Brush = { paint, statusOf: options.statusOf ?? (() => undefined) };
  const [width, height] = [Math.ceil(graph.width), Math.ceil(graph.height)];
  const containers = graph.nodes.filter(({ isContainer }) => isContainer);
  const parts = [
    `<rect width="${width}" height="${height}" ${paint.attributes({ fill: surfaces.canvas })}/>`,
    ...containers.map((node) => container(node, graph, brush)),
    ...graph.nodes.filter(({ isContainer }) => !isContainer).map((node) => leaf(node, brush)),
    ...graph.edges.map((edge) => edgeLine(edge, brush)),
    ...graph.edges.map((edge) => edgeLabel(edge, brush)),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="pawl-graph" role="img" width="${width}" height="${height}" `,
    `viewBox="0 0 ${width} ${height}" font-family="${fonts}">`,
    `<title>State machine graph</title><desc>${escapeXml(description(graph))}</desc>`,
    paint.style(),
    ...parts,
    "</svg>\n",
  ].join("");
}

/** Text made safe for XML content and attribute values. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[[\p{Cc}--[\t\n\r]]\ufffe\uffff]/gv, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function description(graph: PositionedGraph): string {
  const counts = new Map<NodeType, number>();
  for (const { type } of graph.nodes) {
    if (type !== "Start" && type !== "End") counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const types = [...counts].map(([type, count]) => `${count} ${type}`).join(", ");
  const rest = graph.isTruncated ? " The definition is too large to be drawn whole." : "";
  return `${total} ${total === 1 ? "state" : "states"}${types === "" ? "" : `: ${types}`}.${rest}`;
}

/** A Map or Parallel state: a dashed frame with a header, and one lane for each scope in it. */
function container(node: PositionedNode, graph: PositionedGraph, brush: Brush): string {
  const { paint } = brush;
  const status = brush.statusOf(node.id);
  const colors = status === undefined ? accents[node.type] : statusColors[status];
  const { padding } = measures;
  const lanes = graph.scopes
    .filter(({ owner }) => owner === node.id)
    .map((scope) => {
      const box = { x: scope.x - padding, y: scope.y - padding, width: scope.width + 2 * padding };
      const height = node.y + node.height - measures.padding - box.y;
      const frame = `${paint.attributes({ fill: surfaces.lane, stroke: surfaces.border })} stroke-opacity=".6"`;
      const title = `<title>${escapeXml(scope.label)}</title>`;
      return `<rect ${boxAttributes({ ...box, height })} rx="8" ${frame}>${title}</rect>`;
    });
  const frame = `rx="12" ${paint.attributes({ fill: surfaces.container, stroke: colors.accent })} stroke-width="1.4"`;
  return [
    group(node, status),
    `<rect ${boxAttributes(node)} ${frame} stroke-dasharray="6 4"/>`,
    iconTile(node, { y: node.y + 10, paint }),
    nameAndSubLine(node, { top: node.y + 10, paint }),
    badges(node, { status, paint }),
    "</g>",
    ...lanes,
  ].join("");
}

function leaf(node: PositionedNode, brush: Brush): string {
  const { paint } = brush;
  const status = brush.statusOf(node.id);
  if (node.type === "Start" || node.type === "End") return `${group(node, status)}${terminal(node, paint)}</g>`;
  const isWrong = node.problem !== undefined;
  const stroke = status !== undefined ? statusColors[status].accent : isWrong ? surfaces.catch : surfaces.border;
  const fill = status === undefined ? surfaces.node : statusColors[status].tint;
  const dashes = node.type === "Missing" || node.type === "Unknown" ? ' stroke-dasharray="5 4"' : "";
  const strokeWidth = status === undefined ? 1.2 : 2;
  return [
    group(node, status),
    `<rect ${boxAttributes({ ...node, y: node.y + 2 })} rx="10" ${paint.attributes({ fill: surfaces.shadow })}/>`,
    `<rect ${boxAttributes(node)} rx="10" ${paint.attributes({ fill, stroke })} `,
    `stroke-width="${strokeWidth}"${dashes}/>`,
    iconTile(node, { y: node.y + node.height / 2 - 14, paint }),
    nameAndSubLine(node, { top: node.y + 10, paint }),
    badges(node, { status, paint }),
    "</g>",
  ].join("");
}

/** The group of a node; its title is the full name, which a browser shows when the pointer rests on it. */
function group(node: PositionedNode, status: Status | undefined): string {
  const kind = node.type === "Start" || node.type === "End" ? node.type : `${node.label} — ${node.subLabel}`;
  const facts = [kind, status, node.problem].filter((fact) => fact !== undefined);
  return `<g data-node="${escapeXml(node.id)}"><title>${escapeXml(facts.join(". "))}</title>`;
}

/** Start and End: pills with a word on the machine itself, dots inside a Map or Parallel. */
function terminal(node: PositionedNode, paint: Paint): string {
  const { x, y, width, height } = node;
  const color = node.problem === undefined ? surfaces.terminal : surfaces.catch;
  const { canvas } = surfaces;
  const middle = { x: x + width / 2, y: y + height / 2 };
  if (node.scope !== "") {
    const disc = `<circle cx="${px(middle.x)}" cy="${px(middle.y)}"`;
    if (node.type === "Start") return `${disc} r="7" ${paint.attributes({ fill: color })}/>`;
    const ring = paint.attributes({ fill: canvas, stroke: color });
    return `${disc} r="7" ${ring} stroke-width="1.6"/>${disc} r="3.6" ${paint.attributes({ fill: color })}/>`;
  }
  const [fill, text] = node.type === "Start" ? [color, surfaces.terminalText] : [canvas, surfaces.terminal];
  return [
    `<rect ${boxAttributes(node)} rx="${height / 2}" ${paint.attributes({ fill, stroke: color })} stroke-width="1.6"/>`,
    `<text x="${px(middle.x)}" y="${px(middle.y + 4)}" text-anchor="middle" font-size="12" font-weight="600" `,
    `${paint.attributes({ fill: text })}>${node.label}</text>`,
  ].join("");
}

function iconTile(node: PositionedNode, place: { readonly y: number; readonly paint: Paint }): string {
  const { accent, tint } = accents[node.type];
  const box = { x: node.x + 10, y: place.y, width: 28, height: 28 };
  return [
    `<rect ${boxAttributes(box)} rx="7" ${place.paint.attributes({ fill: tint })}/>`,
    icon(nodeIcons[node.type], { x: box.x + 6, y: box.y + 6, scale: 1, color: accent, paint: place.paint }),
  ].join("");
}

function nameAndSubLine(node: PositionedNode, place: { readonly top: number; readonly paint: Paint }): string {
  const x = px(node.x + measures.iconColumn);
  const { paint, top } = place;
  const subColor = node.problem === undefined ? surfaces.muted : surfaces.catch;
  const names = node.lines.map((line, index) => {
    const y = px(top + 12 + index * measures.lineHeight);
    return `<tspan x="${x}" y="${y}">${escapeXml(line)}</tspan>`;
  });
  const subY = px(top + 12 + node.lines.length * measures.lineHeight);
  return [
    `<text font-size="${measures.nameSize}" font-weight="600" ${paint.attributes({ fill: surfaces.text })}>${names.join("")}</text>`,
    `<text x="${x}" y="${subY}" font-size="${measures.subSize}" ${paint.attributes({ fill: subColor })}>`,
    `${escapeXml(node.subLine)}</text>`,
  ].join("");
}

/** The retry mark inside the node; the status, or else a problem, as a disc on its corner. */
function badges(node: PositionedNode, found: { readonly status: Status | undefined; readonly paint: Paint }): string {
  const { status, paint } = found;
  const right = node.x + node.width;
  const retry = node.hasRetry
    ? `<g><title>Retries</title>${icon(retryIcon, { x: right - 23, y: node.y + 13, scale: 0.75, color: surfaces.muted, paint })}</g>`
    : "";
  if (status !== undefined) {
    return retry + badge(node, { color: statusColors[status].accent, path: statusIcons[status], paint });
  }
  const isMarked = node.problem !== undefined && node.type !== "Missing" && node.type !== "Unknown";
  return isMarked ? retry + badge(node, { color: surfaces.catch, path: problemIcon, paint }) : retry;
}

function badge(
  node: PositionedNode,
  mark: { readonly color: Shade; readonly path: string; readonly paint: Paint },
): string {
  const { paint } = mark;
  const [x, y] = [node.x + node.width - 4, node.y + 3];
  const disc = paint.attributes({ fill: mark.color, stroke: surfaces.canvas });
  return [
    `<circle cx="${px(x)}" cy="${px(y)}" r="9" ${disc} stroke-width="2"/>`,
    icon(mark.path, { x: x - 6.4, y: y - 6.4, scale: 0.8, color: surfaces.terminalText, paint, weight: 2.2 }),
  ].join("");
}

function icon(
  path: string,
  place: {
    readonly x: number;
    readonly y: number;
    readonly scale: number;
    readonly color: Shade;
    readonly paint: Paint;
    readonly weight?: number;
  },
): string {
  const transform = `translate(${px(place.x)} ${px(place.y)})${place.scale === 1 ? "" : ` scale(${place.scale})`}`;
  const stroke = `${place.paint.attributes({ fill: "none", stroke: place.color })} stroke-width="${place.weight ?? 1.6}" stroke-linecap="round"`;
  return `<path transform="${transform}" d="${path}" ${stroke} stroke-linejoin="round"/>`;
}

function edgeLine(edge: PositionedEdge, { paint }: Brush): string {
  const color = edge.kind === "catch" ? surfaces.catch : surfaces.edge;
  const dashes = edge.kind === "catch" ? ' stroke-dasharray="5 4"' : "";
  const line = `<path d="${edgePath(edge)}" ${paint.attributes({ fill: "none", stroke: color })} stroke-width="1.5"${dashes}/>`;
  const arrow = `<path d="${arrowPath(edge)}" ${paint.attributes({ fill: color })}/>`;
  if (edge.label === "") return line + arrow;
  return `<g><title>${escapeXml(edge.label)}</title>${line}${arrow}</g>`;
}

function edgeLabel(edge: PositionedEdge, { paint }: Brush): string {
  const box = edge.labelBox;
  if (box === undefined || edge.lines.length === 0) return "";
  const color = edge.kind === "catch" ? surfaces.catch : edge.kind === "choice" ? surfaces.text : surfaces.muted;
  const style = edge.kind === "default" ? ' font-style="italic"' : "";
  const lines = edge.lines.map((line, index) => {
    const y = px(box.y + 13 + index * measures.labelLineHeight);
    return `<tspan x="${px(box.x + box.width / 2)}" y="${y}">${escapeXml(line)}</tspan>`;
  });
  return [
    `<g><title>${escapeXml(edge.label)}</title>`,
    `<rect ${boxAttributes(box)} rx="6" ${paint.attributes({ fill: surfaces.canvas })}/>`,
    `<text font-size="${measures.labelSize}" text-anchor="middle" ${paint.attributes({ fill: color })}${style}>${lines.join("")}</text></g>`,
  ].join("");
}

function boxAttributes(box: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}): string {
  return `x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${px(box.height)}"`;
}

/** A length with at most one digit after the point. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

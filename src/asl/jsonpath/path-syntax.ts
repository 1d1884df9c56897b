// A JSONPath as data, in the dialect of Jayway json-path 2.0.0, which AWS evaluates paths with: its segments, whether it
// names exactly one node ("definite"), and its text as messages show it.
import type { Regex } from "./parse-regex.ts";

export type Segment =
  | { readonly kind: "member"; readonly name: string }
  /** `['a','b']`: one object of those members. None at all where quotes do not pair up. */
  | { readonly kind: "members"; readonly names: readonly string[] }
  | { readonly kind: "index"; readonly index: number }
  /** `[(@.length-1)]`: `offset` is negative. */
  | { readonly kind: "fromEnd"; readonly offset: number }
  | { readonly kind: "indices"; readonly indices: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  /** `..`: the next segment at the node and at everything below it. */
  | { readonly kind: "scan" }
  /** A `$` within a path: the node stays, only messages count from here. */
  | { readonly kind: "root" }
  | { readonly kind: "filter"; readonly filter: Filter }
  /** `[?]` or `[?,?]`: a filter that a Java program would hand over. */
  | { readonly kind: "openFilter"; readonly count: number };

/** Accepts what all criteria of at least one group accept. */
export type Filter = readonly (readonly Criterion[])[];

export type Criterion =
  | { readonly kind: "exists"; readonly path: Path; readonly isNegated: boolean }
  | { readonly kind: "compare"; readonly operator: Operator; readonly left: Operand; readonly right: Operand };

/** In the order in which they are looked for in the text of a criterion. */
export const operators = ["==", ">=", "<=", "!=", "<", ">", "=~"] as const;
export type Operator = (typeof operators)[number];

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  /** Numbers and words are texts too; `double` is that of a text that is a plain number. */
  | { readonly kind: "text"; readonly text: string; readonly double: number | undefined }
  | { readonly kind: "regex"; readonly regex: Regex };

export type Step = string | number;

export type Path = {
  /** `@`: below the item that a filter looks at; otherwise below the whole document. */
  readonly isFromItem: boolean;
  readonly segments: readonly Segment[];
  /** For each segment, whether it and all that follow are definite. */
  readonly isDefiniteFrom: readonly boolean[];
  readonly isDefinite: boolean;
  /** The names and indices of a path that has nothing else. */
  readonly steps: readonly Step[] | undefined;
};

export function pathOf(segments: readonly Segment[], isFromItem: boolean): Path {
  const firstDefinite = segments.findLastIndex((segment) => !isDefiniteSegment(segment)) + 1;
  return {
    isFromItem,
    segments,
    isDefiniteFrom: segments.map((_, i) => i >= firstDefinite),
    isDefinite: firstDefinite === 0,
    steps: stepsOf(segments),
  };
}

function isDefiniteSegment({ kind }: Segment): boolean {
  return kind === "member" || kind === "members" || kind === "index" || kind === "fromEnd" || kind === "root";
}

function stepsOf(segments: readonly Segment[]): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const segment of segments) {
    if (segment.kind === "member") steps.push(segment.name);
    else if (segment.kind === "index") steps.push(segment.index);
    else return undefined;
  }
  return steps;
}

/** Segments as Jayway writes them in its messages: `['a'][0][*]`. */
export function segmentsText(segments: readonly Segment[]): string {
  return segments.map(segmentText).join("");
}

function segmentText(segment: Segment): string {
  switch (segment.kind) {
    case "member":
      return `['${segment.name}']`;
    case "members":
      return `[${segment.names.map((name) => `'${name}'`).join(", ")}]`;
    case "index":
      return `[${segment.index}]`;
    case "fromEnd":
      return `[@.size()${segment.offset}]`;
    case "indices":
      return `[${segment.indices.join(",")}]`;
    case "slice":
      return `[${segment.from ?? ""}:${segment.to ?? ""}]`;
    case "wildcard":
      return "[*]";
    case "scan":
      return "..";
    case "root":
      return "$";
    case "filter":
      return "[?]";
    case "openFilter":
      return `[${Array.from({ length: segment.count }, () => "?").join(",")}]`;
  }
}

// A JSONPath as data, in the dialect of Jayway JsonPath, which AWS evaluates paths with: what each token is and whether
// the path names exactly one node ("definite").
import type { RE2JS } from "re2js";
import type { Json } from "../json.ts";

export type Segment =
  | { readonly kind: "member"; readonly name: string }
  /** `['a','b']`: at the end of a path one object of those members, elsewhere each of them in turn. */
  | { readonly kind: "members"; readonly names: readonly string[]; readonly isMerged: boolean }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "indices"; readonly indices: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  /** `..`: the following segment at the node and at everything below it. */
  | { readonly kind: "descend"; readonly segment: Segment }
  | { readonly kind: "filter"; readonly filter: Filter }
  | { readonly kind: "call"; readonly name: TailFunction; readonly parameters: readonly Operand[] };

export type TailFunction =
  | "min"
  | "max"
  | "avg"
  | "stddev"
  | "sum"
  | "concat"
  | "append"
  | "length"
  | "size"
  | "keys"
  | "first"
  | "last"
  | "index";

export type Filter =
  | { readonly kind: "and" | "or"; readonly filters: readonly Filter[] }
  | { readonly kind: "not"; readonly filter: Filter }
  | { readonly kind: "exists"; readonly path: Selection }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "matches"; readonly regex: RE2JS; readonly subject: Operand };

export type Comparison =
  | "=="
  | "!="
  | "==="
  | "!=="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "nin"
  | "contains"
  | "all"
  | "size"
  | "empty"
  | "subsetof"
  | "anyof"
  | "noneof";

export type Operand =
  { readonly kind: "value"; readonly value: Json } | { readonly kind: "path"; readonly path: Selection };

/** A sequence of segments below the whole document (`$`) or below the item a filter looks at (`@`). */
export type Selection = {
  readonly isFromItem: boolean;
  readonly segments: readonly Segment[];
  readonly isDefinite: boolean;
};

export function isDefiniteSegment(segment: Segment): boolean {
  switch (segment.kind) {
    case "member":
    case "index":
    case "call":
      return true;
    case "members":
      return segment.isMerged;
    default:
      return false;
  }
}

/** A segment as Jayway writes it in its messages: `['a']`, `[0]`, `[*]`. */
export function segmentText(segment: Segment): string {
  switch (segment.kind) {
    case "member":
      return `['${segment.name}']`;
    case "members":
      return `[${segment.names.map((name) => `'${name}'`).join(",")}]`;
    case "index":
      return `[${segment.index}]`;
    case "indices":
      return `[${segment.indices.join(",")}]`;
    case "slice":
      return `[${segment.from ?? ""}:${segment.to ?? ""}]`;
    case "wildcard":
      return "[*]";
    case "descend":
      return `..${segmentText(segment.segment)}`;
    case "filter":
      return "[?]";
    case "call":
      return `.${segment.name}()`;
  }
}

export function segmentsText(segments: readonly Segment[]): string {
  return `$${segments.map(segmentText).join("")}`;
}

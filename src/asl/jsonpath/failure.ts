// Why a path gives nothing, with json-path 2.0.0's texts.
import type { Json } from "../json.ts";
import type { Work } from "../work.ts";
import { javaText } from "./java-text.ts";
import { type Segment, segmentsText, type Step } from "./path-syntax.ts";

export type Failure = {
  /**
   * `absent`: nothing is there. `past end`: an index that the array does not have, negative ones included.
   * `inapplicable`: a segment or comparison does not fit the data that it met.
   */
  readonly reason: "absent" | "past end" | "inapplicable";
  /** Made on demand: it may hold all of the data. @throws WorkExceeded */
  readonly message: (work: Work) => string;
};

/** Where a node stands; `undefined` is the root. */
export type Place = { readonly above: Place; readonly step: Step } | undefined;

export function placeText(place: Place): string {
  const steps: Step[] = [];
  for (let at = place; at !== undefined; at = at.above) steps.push(at.step);
  return `$${steps
    .toReversed()
    .map((step) => (typeof step === "number" ? `[${step}]` : `['${step}']`))
    .join("")}`;
}

export function noResults(place: Place): Failure {
  return { reason: "absent", message: () => `No results for path: ${placeText(place)}` };
}

export function missingProperty(place: Place): Failure {
  return { reason: "absent", message: () => `Missing property in path ${placeText(place)}` };
}

export function missingProperties(place: Place, segment: Segment): Failure {
  return { reason: "absent", message: () => `Missing property in path ${placeText(place)}${segmentsText([segment])}` };
}

export function noObject(place: Place, segment: Segment): Failure {
  const property = segmentsText([segment]);
  return { reason: "absent", message: () => `Property ${property} not found in path ${placeText(place)}` };
}

export function isNull(place: Place): Failure {
  return { reason: "absent", message: () => `The path ${placeText(place)} is null` };
}

export function outOfBounds(place: Place): Failure {
  return { reason: "past end", message: () => `Index out of bounds when evaluating path ${placeText(place)}` };
}

/** A segment and all that follow it, at a node that they do not fit. */
export type Misfit = { readonly segments: readonly Segment[]; readonly at: number; readonly node: Json };

export function noArray(misfit: Misfit): Failure {
  return inapplicable((work) => notApplied(misfit, "can only be applied to arrays", work));
}

export function isPrimitive(misfit: Misfit): Failure {
  return inapplicable((work) => notApplied(misfit, "can not be applied to primitives", work));
}

function notApplied({ segments, at, node }: Misfit, what: string, work: Work): string {
  return `Filter: ${segmentsText(segments.slice(at))} ${what}. Current context is: ${javaText(node, work)}`;
}

export function noLeaf(place: Place, segment: Segment): Failure {
  const text = "Multi properties can only be used as path leafs";
  return inapplicable(() => `${text}: ${placeText(place)}${segmentsText([segment])}`);
}

/** `[?]`, for which Java code would have to hand over a filter. */
export function noFilter(): Failure {
  const method = "com.jayway.jsonpath.Predicate.apply(com.jayway.jsonpath.Predicate$PredicateContext)";
  return inapplicable(() => `Cannot invoke "${method}" because "predicate" is null`);
}

export function inapplicable(message: (work: Work) => string): Failure {
  return { reason: "inapplicable", message };
}

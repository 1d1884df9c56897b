// Which trace an execution belongs to, and the ids of its spans. Every id follows from durable facts, so that a process that
// takes an execution over ends the spans that another one began. X-Ray's header: `Root=1-5759e988-bd86…;Parent=…;Sampled=1`.
import { hash } from "node:crypto";

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span that the execution's own stands under. */
  readonly parentSpanId?: string | undefined;
  /** The parent is the span of another program, which told of it in a header. */
  readonly isRemote?: boolean;
}

export interface TraceHeader extends TraceContext {
  readonly isSampled: boolean;
}

/** The parts of a trace header; `undefined` for a text that names no trace. */
export function parseTraceHeader(text: string | undefined): TraceHeader | undefined {
  if (text === undefined) return undefined;
  const members = new Map(text.split(";").map(nameAndValue));
  const [, seconds = "", rest = ""] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(members.get("Root") ?? "") ?? [];
  const traceId = `${seconds}${rest}`.toLowerCase();
  if (traceId === "" || isZero(traceId)) return undefined;
  const parent = members.get("Parent")?.toLowerCase() ?? "";
  const parentSpanId = /^[0-9a-f]{16}$/.test(parent) && !isZero(parent) ? parent : undefined;
  return { traceId, parentSpanId, isSampled: members.get("Sampled") !== "0" };
}

/**
 * The text that the ids of an execution are made of. An ARN can come again, in a new store or for a name that was free again.
 * @param startedAt epoch milliseconds.
 */
export function seedOf(executionArn: string, startedAt: number): string {
  return `${executionArn}@${startedAt}`;
}

export function traceIdOf(seed: string): string {
  return digest(seed).slice(0, 32);
}

export type SpanRole = "execution" | "iteration" | "state" | "backoff" | "attempt";

/** @param place tells the spans of one role in an execution apart. */
export function spanIdOf(seed: string, role: SpanRole, ...place: readonly number[]): string {
  return digest([seed, role, ...place].join("/")).slice(0, 16);
}

/** An attempt does not outlive the end of its execution, so that its event alone names it. */
export function attemptSpanId(seed: string, scheduledEventId: number): string {
  return spanIdOf(seed, "attempt", scheduledEventId);
}

const digest = (text: string): string => hash("sha256", text, "hex");
const isZero = (id: string): boolean => /^0+$/.test(id);

function nameAndValue(member: string): readonly [string, string] {
  const [name = "", value = ""] = member.trim().split("=");
  return [name, value];
}

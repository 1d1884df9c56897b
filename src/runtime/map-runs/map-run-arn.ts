// The ARNs of new Map Runs. A state without a Label has one that is made of its name, so that its runs share it.
import { createHash, randomUUID } from "node:crypto";
import { type ArnSpace, mapRunArn } from "../../aws/arn.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";

interface NewMapRun {
  readonly stateMachine: Pick<StateMachineRecord, "id" | "name">;
  /** The name of the Map state. */
  readonly name: string;
  readonly label: string | undefined;
}

export function newMapRunArn(arns: ArnSpace, { stateMachine, name, label }: NewMapRun): string {
  return mapRunArn(arns, stateMachine.name, label ?? madeLabel(`${stateMachine.id}/${name}`), randomUUID());
}

/** In the form of a UUID, as AWS's are. */
function madeLabel(place: string): string {
  const digest = createHash("sha256").update(place).digest("hex");
  return /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(digest)?.slice(1).join("-") ?? "";
}

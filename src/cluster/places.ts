// The partition of what a call is about.
import { parseStatesArn } from "../aws/arn.ts";
import type { StartRequest } from "../runtime/runtime.ts";
import { readTaskToken } from "../runtime/workers/task-token.ts";
import type { Partitions } from "../store/cluster-store.ts";

export interface Places {
  /** `undefined` where any will do. */
  ofStart(request: Pick<StartRequest, "stateMachine" | "name">): number | undefined;
  /** `undefined` for an ARN that no execution has. */
  ofArn(executionArn: string): number | undefined;
  /** `undefined` for what was never a token. */
  ofToken(taskToken: string): number | undefined;
  /** The partition of an execution or a Map Run. */
  ofId(id: number): number;
}

export function placesIn(partitions: Partitions): Places {
  return {
    ofStart: ({ stateMachine: { type, name: stateMachineName }, name }) =>
      type === "EXPRESS" || name === undefined ? undefined : partitions.of(stateMachineName, name),
    ofArn(executionArn) {
      const arn = parseStatesArn(executionArn);
      if (arn?.kind !== "execution" && arn?.kind !== "express") return undefined;
      return partitions.of(arn.stateMachineName, arn.key);
    },
    ofToken(taskToken) {
      const address = readTaskToken(taskToken);
      return address === undefined ? undefined : partitions.ofExecution(address.executionId);
    },
    ofId: (id) => partitions.ofExecution(id),
  };
}

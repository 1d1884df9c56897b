// The partition of what a call is about.
import { parseStatesArn } from "../aws/arn.ts";
import type { StartRequest } from "../runtime/runtime.ts";
import { readTaskToken } from "../runtime/workers/task-token.ts";
import type { ClusterStore } from "../store/cluster-store.ts";
import { movedPartition } from "../store/partitions.ts";

export interface Places {
  /** `undefined` where any will do. */
  ofStart(request: Pick<StartRequest, "stateMachine" | "name">): Promise<number | undefined>;
  /** `undefined` for an ARN that no execution has. */
  ofArn(executionArn: string): Promise<number | undefined>;
  /** `undefined` for what was never a token. */
  ofToken(taskToken: string): number | undefined;
  /** The partition of an execution or a Map Run. */
  ofId(id: number): number;
}

export function placesIn({ partitions, isMoved }: Pick<ClusterStore, "partitions" | "isMoved">): Places {
  /** An execution that was moved in, or began in the place of such a one, is not where its key says. */
  const ofKey = async (stateMachineName: string, key: string): Promise<number> => {
    const said = partitions.of(stateMachineName, key);
    if (isMoved === undefined || said === movedPartition) return said;
    return (await isMoved(stateMachineName, key)) ? movedPartition : said;
  };
  return {
    ofStart: async ({ stateMachine: { type, name: stateMachineName }, name }) =>
      type === "EXPRESS" || name === undefined ? undefined : ofKey(stateMachineName, name),
    async ofArn(executionArn) {
      const arn = parseStatesArn(executionArn);
      if (arn?.kind !== "execution" && arn?.kind !== "express") return undefined;
      return ofKey(arn.stateMachineName, arn.key);
    },
    ofToken(taskToken) {
      const address = readTaskToken(taskToken);
      return address === undefined ? undefined : partitions.ofExecution(address.executionId);
    },
    ofId: (id) => partitions.ofExecution(id),
  };
}

// The table of actions: what decodes the request of each, and what performs it.
import type { Json } from "../../asl/json.ts";
import type { Answer, ApiContext, Call, Operations } from "../context.ts";
import { type Action, operations as declared } from "../model.ts";
import { compileInputDecoder } from "../validate-input.ts";
import { activityOperations } from "./activities.ts";
import { aliasOperations } from "./aliases.ts";
import { definitionOperations } from "./definition.ts";
import { executionOperations } from "./executions.ts";
import { historyOperations } from "./history.ts";
import { mapRunOperations } from "./map-runs.ts";
import { stateMachineOperations } from "./state-machines.ts";
import { tagOperations } from "./tags.ts";
import { versionOperations } from "./versions.ts";
import { testStateOperations } from "../state-test/operation.ts";

const operations: Operations = {
  ...stateMachineOperations,
  ...definitionOperations,
  ...executionOperations,
  ...historyOperations,
  ...mapRunOperations,
  ...activityOperations,
  ...tagOperations,
  ...versionOperations,
  ...aliasOperations,
  ...testStateOperations,
};

/** Performs one action on the parsed body of its request. */
export type Perform = (body: Json, context: ApiContext, call: Call) => Answer | Promise<Answer>;

/** By the value of `X-Amz-Target`. */
export const performers: ReadonlyMap<string, Perform> = new Map(
  Object.keys(declared).map((action) => [`AWSStepFunctions.${action}`, compilePerform(action as Action)]),
);

function compilePerform<Name extends Action>(action: Name): Perform {
  const operation = operations[action];
  const decode = compileInputDecoder(action);
  return (body, context, call) => operation(decode(body), context, call);
}

// Actions of the API called from within: a task of a workflow is as good a client as any.
import type { CallAction } from "../tasks/ports.ts";
import type { ApiContext } from "./context.ts";
import { answerFor, isFault } from "./errors.ts";
import { performers } from "./operations/registry.ts";

/** @param report told of what failed for a reason that the caller must not see. */
export function createCallAction(context: ApiContext, report: (action: string, error: unknown) => void): CallAction {
  return async (action, input, signal) => {
    const perform = performers.get(`AWSStepFunctions.${action}`);
    if (perform === undefined) {
      const message = `The action ${action} does not exist.`;
      return { kind: "error", name: "UnknownOperationException", message, status: 400 };
    }
    const listeners: ((isDelivered: boolean) => void)[] = [];
    const tell = (isDelivered: boolean): void => {
      for (const listener of listeners.splice(0)) listener(isDelivered);
    };
    try {
      const call = { goneSignal: () => signal, onAnswered: (listener: typeof tell) => void listeners.push(listener) };
      const body = JSON.stringify(await perform(input, context, call));
      tell(!signal.aborted);
      return { kind: "answer", body };
    } catch (thrown) {
      tell(false);
      const answer = answerFor(thrown);
      const { name, message, status } = answer;
      if (isFault(answer, thrown)) report(action, thrown);
      return { kind: "error", name, message, status };
    }
  };
}

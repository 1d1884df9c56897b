// Forks an execution beside the page: the engine decides with the edited input and definition, and recorded results.
import { parseProgram } from "@asl/parse-program.ts";
import { Payload } from "@asl/payload.ts";
import { fork } from "@engine/inspection/fork.ts";
import { mockFileOf, recordedCalls } from "@engine/inspection/recorded-calls.ts";
import { decodeEvents, encodeEvents } from "@engine/journal/event-codec.ts";
import type { FoldIdentity } from "@engine/execution.ts";

export interface ForkRequest {
  readonly identity: Omit<FoldIdentity, "program">;
  /** The rows of the journal of the execution, with all of its data. */
  readonly rows: readonly string[];
  readonly definition: string;
  readonly input: string;
  readonly testCase: string;
}

export type ForkAnswer =
  | {
      /** For `decodeEvents`. */
      readonly events: string;
      readonly status: string;
      readonly error: string | undefined;
      readonly cause: string | undefined;
      readonly unanswered: readonly {
        readonly state: string;
        readonly invocation: number;
        readonly parameters: string;
      }[];
      readonly mockFile: string;
    }
  | { readonly problem: string };

addEventListener("message", ({ data }: MessageEvent<ForkRequest>) => {
  postMessage(answerTo(data));
});

function answerTo({ identity, rows, definition, input, testCase }: ForkRequest): ForkAnswer {
  try {
    const recorded = rows.flatMap((row) => decodeEvents(row));
    const [first] = recorded;
    const calls = recordedCalls(recorded);
    const program = parseProgram(definition);
    const { execution, events, unanswered } = fork({
      identity: { ...identity, program, timeoutSeconds: program.timeoutSeconds },
      input: Payload.ofText(input),
      roleArn: first?.kind === "ExecutionStarted" ? first.roleArn : "",
      calls,
      startedAt: first?.at ?? 0,
    });
    return {
      events: encodeEvents(events),
      status: execution.status,
      error: execution.error,
      cause: execution.cause,
      unanswered: unanswered.map(({ parameters, ...call }) => ({ ...call, parameters: parameters.text })),
      mockFile: mockFileOf(calls, { stateMachineName: identity.stateMachineName, testCase }),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

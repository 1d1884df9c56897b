// Answers a waiting task: with a result, or with a failure. It is SendTaskSuccess or SendTaskFailure under the session's key.
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Textarea from "@cloudscape-design/components/textarea";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { WaitingAnswer, WaitingTask } from "@contract";
import { Dialog } from "../actions/dialog.tsx";
import { answerWaiting } from "../api/client.ts";
import { summaryQuery, waitingQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { shownLine } from "../parts/shown-text.ts";

const JsonEditor = lazy(async () => ({ default: (await import("../editor/json-editor.tsx")).JsonEditor }));

interface Given {
  readonly outcome: WaitingAnswer["outcome"];
  /** JSON text. */
  readonly output: string;
  readonly error: string;
  readonly cause: string;
}

export function AnswerTask({ task, onClose }: { readonly task: WaitingTask; readonly onClose: () => void }) {
  const [given, setGiven] = useState<Given>({ outcome: "success", output: "{}", error: "", cause: "" });
  const { outcome, output, error, cause } = given;
  const queries = useQueryClient();
  const notify = useNotify();
  const answer = useMutation({
    mutationFn: () => answerWaiting(task, outcome === "success" ? { outcome, output } : { outcome, error, cause }),
    onSuccess: async () => {
      notify({ type: "success", text: `${shownLine(task.state, 80)} goes on with your answer.` });
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: waitingQuery.queryKey }),
        queries.invalidateQueries({ queryKey: summaryQuery.queryKey }),
      ]);
    },
  });
  return (
    <Dialog
      size="large"
      title={`Answer ${shownLine(task.state, 80)}`}
      verb={outcome === "success" ? "Send success" : "Send failure"}
      isPending={answer.isPending}
      error={answer.error}
      onDo={() => answer.mutate()}
      onClose={onClose}
    >
      {task.parameters === undefined ? null : (
        <div>
          <Box variant="awsui-key-label">What was asked</Box>
          <JsonView text={task.parameters} label="parameters" />
        </div>
      )}
      <FormField label="Answer" stretch>
        <RadioGroup
          value={outcome}
          onChange={({ detail }) => setGiven({ ...given, outcome: detail.value === "failure" ? "failure" : "success" })}
          items={[
            { value: "success", label: "Success", description: "The task has this result." },
            {
              value: "failure",
              label: "Failure",
              description: "The task fails with this error; its Retry and Catch see it.",
            },
          ]}
        />
      </FormField>
      <AnswerFields given={given} onChange={(change) => setGiven((was) => ({ ...was, ...change }))} />
    </Dialog>
  );
}

interface AnswerFieldsProps {
  readonly given: Given;
  readonly onChange: (change: Partial<Given>) => void;
}

function AnswerFields({ given, onChange }: AnswerFieldsProps) {
  return given.outcome === "success" ? (
    <FormField label="Result" description="JSON" stretch>
      <Suspense fallback={null}>
        <JsonEditor label="Result" initial={given.output} onChange={(output) => onChange({ output })} height={180} />
      </Suspense>
    </FormField>
  ) : (
    <>
      <FormField label="Error" stretch>
        <Input
          value={given.error}
          onChange={({ detail }) => onChange({ error: detail.value })}
          placeholder="Order.Rejected"
        />
      </FormField>
      <FormField label="Cause" stretch>
        <Textarea value={given.cause} onChange={({ detail }) => onChange({ cause: detail.value })} rows={3} />
      </FormField>
    </>
  );
}

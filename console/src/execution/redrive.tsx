// The button that has an execution go on from where it failed.
import Button from "@cloudscape-design/components/button";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ExecutionFacts } from "@contract";
import { act } from "../api/client.ts";
import { executionQuery } from "../api/queries.ts";
import { useNotify } from "../app/notices.tsx";

export function Redrive({ facts }: { readonly facts: ExecutionFacts }) {
  const { executionArn } = facts;
  const queries = useQueryClient();
  const notify = useNotify();
  const redrive = useMutation({
    mutationFn: () => act("RedriveExecution", { executionArn }),
    onSuccess: () => {
      notify({ type: "success", text: "The execution goes on from where it had stopped." });
      return Promise.all([
        queries.invalidateQueries({ queryKey: executionQuery(executionArn).queryKey }),
        queries.invalidateQueries({ queryKey: ["map-run"] }),
      ]);
    },
    onError: (error) => notify({ type: "error", text: `It was not redriven: ${error.message}` }),
  });
  return (
    <Button
      loading={redrive.isPending}
      disabled={!facts.redrive.isPossible}
      disabledReason={facts.redrive.reason ?? "This execution cannot be redriven."}
      onClick={() => redrive.mutate()}
    >
      Redrive
    </Button>
  );
}

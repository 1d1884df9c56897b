// The actions on an execution: start it again, redrive it, stop it. Each is the AWS action of that name.
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { ExecutionFacts } from "@contract";
import { Redrive } from "./redrive.tsx";

const StartExecution = lazy(async () => ({
  default: (await import("../executions/start-execution.tsx")).StartExecution,
}));
const StopExecution = lazy(async () => ({ default: (await import("./stop-execution.tsx")).StopExecution }));

export function ExecutionActions({ facts }: { readonly facts: ExecutionFacts }) {
  const [dialog, setDialog] = useState<"start" | "stop">();
  const navigate = useNavigate();
  const { executionArn, stateMachineArn, machineStatus } = facts;
  const isRunning = facts.status === "RUNNING";
  const isActive = machineStatus === "ACTIVE";
  const goOn = (id: string): void => {
    if (id === "fork") void navigate({ to: "/executions/$executionArn/fork", params: { executionArn } });
    else if (id === "compare") void navigate({ to: "/compare", search: { left: executionArn } });
    else void navigate({ to: "/machines/$machineArn/edit", params: { machineArn: stateMachineArn } });
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {isRunning ? <Button onClick={() => setDialog("stop")}>Stop</Button> : null}
      {isRunning || facts.status === "SUCCEEDED" ? null : <Redrive facts={facts} />}
      <ButtonDropdown
        {...(isActive
          ? { mainAction: { text: "New execution", onClick: () => setDialog("start") }, variant: "primary" as const }
          : {})}
        ariaLabel="More ways on"
        items={[
          { id: "fork", text: "Try it again, differently" },
          { id: "compare", text: "Compare with another" },
          ...(isActive ? [{ id: "edit", text: "Edit the state machine" }] : []),
        ]}
        onItemClick={({ detail }) => goOn(detail.id)}
      >
        {isActive ? null : "More"}
      </ButtonDropdown>
      <Suspense>
        {dialog === "start" ? (
          <StartExecution
            stateMachineArn={stateMachineArn}
            type={facts.type}
            inputOf={executionArn}
            onClose={() => setDialog(undefined)}
          />
        ) : null}
        {dialog === "stop" ? <StopExecution executionArn={executionArn} onClose={() => setDialog(undefined)} /> : null}
      </Suspense>
    </SpaceBetween>
  );
}

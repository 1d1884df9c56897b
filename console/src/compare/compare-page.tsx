// Two of a kind side by side: executions, or definitions of machines and their versions. Both are in the address.
import Spinner from "@cloudscape-design/components/spinner";
import { useSearch } from "@tanstack/react-router";
import { Page } from "../app/page.tsx";
import { executionNameOf, machineNameOf, qualifierOf } from "../parts/arn.ts";
import { CompareDefinitions } from "./compare-definitions.tsx";
import { CompareExecutions } from "./compare-executions.tsx";
import { PickExecution } from "./pick-execution.tsx";

export function ComparePage() {
  const { left, right } = useSearch({ from: "/compare" });
  const isOfMachines = left.split(":")[5] === "stateMachine";
  const machineArn = isOfMachines ? machineArnOf(left) : machineArnOfExecution(left);
  return (
    <Page
      title={isOfMachines ? "Compare definitions" : "Compare executions"}
      breadcrumbs={[{ text: machineNameOf(left), to: "/machines/$machineArn", params: { machineArn } }]}
    >
      {left === "" ? <Spinner /> : <Sides left={left} right={right} isOfMachines={isOfMachines} />}
    </Page>
  );
}

interface SidesProps {
  readonly left: string;
  readonly right: string | undefined;
  readonly isOfMachines: boolean;
}

function Sides({ left, right, isOfMachines }: SidesProps) {
  if (isOfMachines)
    return <CompareDefinitions left={left} right={right ?? machineArnOf(left)} nameOf={nameOfVersion} />;
  if (right === undefined) return <PickExecution left={left} machineArn={machineArnOfExecution(left)} />;
  return <CompareExecutions left={left} right={right} nameOf={executionNameOf} />;
}

function nameOfVersion(arn: string): string {
  const qualifier = qualifierOf(arn);
  return qualifier === "" ? "As it is now" : `Version ${qualifier}`;
}

/** The ARN of the machine of a version, or of the machine itself. */
function machineArnOf(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}

/** `…:execution:machine:name` and `…:express:machine:name:uuid` are of `…:stateMachine:machine`. */
function machineArnOfExecution(arn: string): string {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), "stateMachine", parts[6] ?? ""].join(":");
}

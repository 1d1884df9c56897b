// Changes how many child executions of a running Map Run go on at the same time, and how many failures it tolerates.
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import type { MapRun } from "../api/aws-shapes.ts";
import { mapRunQuery } from "../api/queries.ts";

export function ChangeMapRun({ run }: { readonly run: MapRun }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change</Button>
      {isOpen ? <ChangeDialog run={run} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const fields = [
  { member: "maxConcurrency", label: "Most at the same time", description: "0 for as many as may be." },
  { member: "toleratedFailureCount", label: "Tolerated failures, items", description: "0 for none." },
  {
    member: "toleratedFailurePercentage",
    label: "Tolerated failures, percent of the items",
    description: "0 for none.",
  },
] as const;

function ChangeDialog({ run, onClose }: { readonly run: MapRun; readonly onClose: () => void }) {
  const { mapRunArn } = run;
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const queries = useQueryClient();
  const numbers = Object.entries(given).map(([member, text]) => [member, Number(text)]);
  return (
    <ActionDialog
      action="UpdateMapRun"
      input={{ mapRunArn, ...Object.fromEntries(numbers) }}
      title="Change the Map Run"
      verb="Change"
      onDone={() => queries.invalidateQueries({ queryKey: mapRunQuery(mapRunArn).queryKey })}
      onClose={onClose}
    >
      {fields.map(({ member, label, description }) => (
        <FormField key={member} label={label} description={description} stretch>
          <Input
            type="number"
            value={given[member] ?? String(run[member])}
            onChange={({ detail }) => setGiven((was) => ({ ...was, [member]: detail.value }))}
          />
        </FormField>
      ))}
    </ActionDialog>
  );
}

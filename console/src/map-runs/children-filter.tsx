// The filter above the child executions of a Map Run: what it says is what the address says.
import Select, { type SelectProps } from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { statusWord } from "../parts/status.tsx";
import { type ChildrenSearch, childStatuses } from "./children-search.ts";

const statuses = [
  { value: "", label: "Any status" },
  ...childStatuses.map((value) => ({ value, label: statusWord(value) })),
];
const redrives = [
  { value: "", label: "Redriven or not" },
  { value: "true", label: "Redriven" },
  { value: "false", label: "Not redriven" },
];

export function ChildrenFilter() {
  const { status, redriven } = useSearch({ from: "/map-runs/$mapRunArn" });
  const navigate = useNavigate({ from: "/map-runs/$mapRunArn" });
  const change = (changed: ChildrenSearch): void =>
    void navigate({ search: (was) => ({ ...was, ...changed }), replace: true });
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Choice
        label="Status"
        options={statuses}
        value={status}
        onChange={(value) => change({ status: childStatuses.find((one) => one === value) })}
      />
      <Choice
        label="Redriven"
        options={redrives}
        value={redriven}
        onChange={(value) => change({ redriven: value === "true" || value === "false" ? value : undefined })}
      />
    </SpaceBetween>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly SelectProps.Option[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, options, value = "", onChange }: ChoiceProps) {
  return (
    <Select
      ariaLabel={label}
      selectedOption={options.find((option) => option.value === value) ?? null}
      options={options}
      onChange={({ detail }) => onChange(detail.selectedOption.value)}
    />
  );
}

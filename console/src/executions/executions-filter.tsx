// The filter above a list of executions: what it says is what the address says.
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ExecutionsSearch } from "../machines/machine-search.ts";
import { executionStatuses, statusWord } from "../parts/status.tsx";

const equal = [{ operator: "=" }] as const;
const properties: readonly PropertyFilterProps.FilteringProperty[] = [
  { key: "name", propertyLabel: "Name", groupValuesLabel: "Names", operators: [":"] },
  { key: "status", propertyLabel: "Status", groupValuesLabel: "Statuses", operators: [...equal] },
  {
    key: "qualifier",
    propertyLabel: "Version or alias",
    groupValuesLabel: "Versions and aliases",
    operators: [...equal],
  },
  { key: "redriven", propertyLabel: "Redriven", groupValuesLabel: "Redriven", operators: [...equal] },
  { key: "from", propertyLabel: "Since", groupValuesLabel: "Since", operators: [">="] },
];
const hours = { "Last hour": 1, "Last day": 24, "Last 7 days": 7 * 24, "Last 30 days": 30 * 24 } as const;
const options: readonly PropertyFilterProps.FilteringOption[] = [
  ...executionStatuses.map((status) => ({ propertyKey: "status", value: status, label: statusWord(status) })),
  { propertyKey: "redriven", value: "true", label: "Yes" },
  { propertyKey: "redriven", value: "false", label: "No" },
  ...Object.keys(hours).map((value) => ({ propertyKey: "from", value })),
];

export function ExecutionsFilterBar() {
  const filter = useSearch({ from: "/machines/$machineArn" });
  const navigate = useNavigate({ from: "/machines/$machineArn" });
  return (
    <PropertyFilter
      query={{ operation: "and", tokens: tokensOf(filter) }}
      onChange={({ detail }) => void navigate({ search: ({ tab }) => ({ tab, ...filterOf(detail.tokens) }) })}
      filteringProperties={properties}
      filteringOptions={options}
      hideOperations
      disableFreeTextFiltering={false}
      filteringPlaceholder="Find executions by name, status, version, time"
      filteringAriaLabel="Find executions"
      i18nStrings={strings}
    />
  );
}

function tokensOf({ name, status, qualifier, redriven, from }: ExecutionsSearch): PropertyFilterProps.Token[] {
  const tokens: PropertyFilterProps.Token[] = [];
  if (name !== undefined) tokens.push({ propertyKey: "name", operator: ":", value: name });
  if (status !== undefined) tokens.push({ propertyKey: "status", operator: "=", value: status });
  if (qualifier !== undefined) tokens.push({ propertyKey: "qualifier", operator: "=", value: qualifier });
  if (redriven !== undefined) tokens.push({ propertyKey: "redriven", operator: "=", value: redriven });
  if (from !== undefined) tokens.push({ propertyKey: "from", operator: ">=", value: new Date(from).toISOString() });
  return tokens;
}

/** The last one counts, of several for the same; a text by itself is a part of the name. */
function filterOf(tokens: readonly PropertyFilterProps.Token[]): ExecutionsSearch {
  const values = new Map(tokens.map(({ propertyKey = "name", value }) => [propertyKey, String(value)]));
  const redriven = values.get("redriven");
  return {
    name: values.get("name"),
    status: executionStatuses.find((status) => status === values.get("status")),
    qualifier: values.get("qualifier"),
    redriven: redriven === "true" || redriven === "false" ? redriven : undefined,
    from: timeOf(values.get("from")),
  };
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const name = Object.keys(hours).find((known) => known === text) as keyof typeof hours | undefined;
  const at = name === undefined ? Date.parse(text) : Date.now() - hours[name] * 3_600_000;
  return Number.isNaN(at) ? undefined : at;
}

const strings: PropertyFilterProps.I18nStrings = {
  groupPropertiesText: "Properties",
  groupValuesText: "Values",
  operatorContainsText: "Contains",
  operatorEqualsText: "Is",
  operatorGreaterOrEqualText: "Since",
  operatorsText: "Operators",
  clearFiltersText: "Clear",
  applyActionText: "Apply",
  cancelActionText: "Cancel",
  editTokenHeader: "Change the filter",
  propertyText: "Property",
  operatorText: "Operator",
  valueText: "Value",
  dismissAriaLabel: "Dismiss",
  enteredTextLabel: (text) => `Name contains "${text}"`,
  removeTokenButtonAriaLabel: ({ propertyKey, value }) => `Take away ${propertyKey ?? "name"} ${String(value)}`,
};

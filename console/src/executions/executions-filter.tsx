// The filter above a list of executions: what it says is what the address says.
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ExecutionsSearch, spans } from "../machines/machine-search.ts";
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
  { key: "to", propertyLabel: "Until", groupValuesLabel: "Until", operators: ["<="] },
];
const spanNames = { hour: "Last hour", day: "Last day", week: "Last 7 days", month: "Last 30 days" } as const;
const options: readonly PropertyFilterProps.FilteringOption[] = [
  ...executionStatuses.map((status) => ({ propertyKey: "status", value: status, label: statusWord(status) })),
  { propertyKey: "redriven", value: "true", label: "Yes" },
  { propertyKey: "redriven", value: "false", label: "No" },
  ...spans.map((span) => ({ propertyKey: "from", value: spanNames[span] })),
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

function tokensOf(search: ExecutionsSearch): PropertyFilterProps.Token[] {
  const { name, status, qualifier, redriven, within, from, to } = search;
  const tokens: PropertyFilterProps.Token[] = [];
  if (name !== undefined) tokens.push({ propertyKey: "name", operator: ":", value: name });
  if (status !== undefined) tokens.push({ propertyKey: "status", operator: "=", value: status });
  if (qualifier !== undefined) tokens.push({ propertyKey: "qualifier", operator: "=", value: qualifier });
  if (redriven !== undefined) tokens.push({ propertyKey: "redriven", operator: "=", value: redriven });
  if (within !== undefined) tokens.push({ propertyKey: "from", operator: ">=", value: spanNames[within] });
  else if (from !== undefined)
    tokens.push({ propertyKey: "from", operator: ">=", value: new Date(from).toISOString() });
  if (to !== undefined) tokens.push({ propertyKey: "to", operator: "<=", value: new Date(to).toISOString() });
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
    within: spans.find((span) => spanNames[span] === values.get("from")),
    from: timeOf(values.get("from")),
    to: timeOf(values.get("to")),
  };
}

/** A time as somebody writes it: what is no time filters nothing. */
function timeOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

const strings: PropertyFilterProps.I18nStrings = {
  groupPropertiesText: "Properties",
  groupValuesText: "Values",
  operatorContainsText: "Contains",
  operatorEqualsText: "Is",
  operatorGreaterOrEqualText: "Since",
  operatorLessOrEqualText: "Until",
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

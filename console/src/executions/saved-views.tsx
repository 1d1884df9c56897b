// The menu of saved views: filters of executions that the reader has given a name.
import ButtonDropdown, { type ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog } from "../actions/dialog.tsx";
import { executionsSearch } from "../machines/machine-search.ts";
import { shownLine } from "../parts/shown-text.ts";
import { isSameFilter, keepViews, keptViews, type View, withView } from "./views.ts";

export function SavedViews() {
  const search = useSearch({ from: "/machines/$machineArn" });
  const filter = executionsSearch({ ...search });
  const navigate = useNavigate({ from: "/machines/$machineArn" });
  const [views, setViews] = useState(keptViews);
  const [isNaming, setNaming] = useState(false);
  const current = views.find((view) => isSameFilter(view.filter, filter));
  const keep = (changed: readonly View[]): void => setViews(keepViews(changed));
  const choose = (id: string): void => {
    if (id === "save") setNaming(true);
    else if (id === "forget") keep(views.filter((view) => view !== current));
    else void navigate({ search: { ...(id === "all" ? {} : views[Number(id)]?.filter) } });
  };
  return (
    <>
      <ButtonDropdown
        items={itemsOf(views, current, isSameFilter(filter, {}))}
        onItemClick={({ detail }) => choose(detail.id)}
      >
        {current === undefined ? "Views" : shownLine(current.name, 30)}
      </ButtonDropdown>
      {isNaming ? (
        <NameView
          onName={(name) => {
            keep(withView(views, { name, filter }));
            setNaming(false);
          }}
          onClose={() => setNaming(false)}
        />
      ) : null}
    </>
  );
}

function itemsOf(views: readonly View[], current: View | undefined, isAll: boolean): ButtonDropdownProps.Items {
  const saved = views.map((view, index) => ({
    id: String(index),
    text: shownLine(view.name, 60),
    itemType: "checkbox" as const,
    checked: view === current,
  }));
  return [
    { id: "all", text: "All executions", itemType: "checkbox", checked: isAll },
    ...saved,
    {
      text: "Manage",
      items: [
        current === undefined
          ? {
              id: "save",
              text: "Save this filter as a view",
              disabled: isAll,
              disabledReason: "Filter the executions first.",
            }
          : { id: "forget", text: `Forget ${shownLine(current.name, 60)}` },
      ],
    },
  ];
}

function NameView({ onName, onClose }: { readonly onName: (name: string) => void; readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const given = name.trim().slice(0, 80);
  return (
    <Dialog
      title="Save the filter as a view"
      verb="Save"
      isPending={false}
      isDisabled={given === ""}
      error={null}
      onDo={() => onName(given)}
      onClose={onClose}
    >
      <FormField
        label="Name"
        description="The view is kept in this browser. To send it to somebody, send the address."
        stretch
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
      </FormField>
    </Dialog>
  );
}

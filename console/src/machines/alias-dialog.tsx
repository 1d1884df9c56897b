// Creates an alias, or changes where one leads: to one version, or to two by weight.
import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActionDialog } from "../actions/action-dialog.tsx";
import type { StateMachineAlias } from "../api/aws-shapes.ts";
import { aliasesQuery, versionsQuery } from "../api/queries.ts";
import { qualifierOf } from "../parts/arn.ts";
import { shownLine } from "../parts/shown-text.ts";

interface AliasDialogProps {
  readonly stateMachineArn: string;
  /** Absent for a new one. */
  readonly alias: StateMachineAlias | undefined;
  readonly onClose: () => void;
}

interface Given {
  readonly name: string;
  readonly description: string;
  readonly first: string | undefined;
  readonly second: string | undefined;
  /** Percent of the executions that go to the second version. */
  readonly weight: string;
}

export function AliasDialog({ stateMachineArn, alias, onClose }: AliasDialogProps) {
  const { data } = useQuery(versionsQuery(stateMachineArn));
  const queries = useQueryClient();
  const [given, setGiven] = useState(() => givenOf(alias));
  const versions = (data?.stateMachineVersions ?? []).map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const first = given.first ?? versions[0];
  const { name, description } = given;
  const routing = { description, routingConfiguration: routingOf({ ...given, first }) };
  return (
    <ActionDialog
      action={alias === undefined ? "CreateStateMachineAlias" : "UpdateStateMachineAlias"}
      input={
        alias === undefined ? { name, ...routing } : { stateMachineAliasArn: alias.stateMachineAliasArn, ...routing }
      }
      title={alias === undefined ? "Create alias" : `Change the alias ${shownLine(alias.name, 80)}`}
      verb={alias === undefined ? "Create alias" : "Change"}
      isDisabled={first === undefined}
      onDone={() => queries.invalidateQueries({ queryKey: aliasesQuery(stateMachineArn).queryKey })}
      onClose={onClose}
    >
      {data !== undefined && first === undefined ? (
        <Alert type="info">An alias leads to versions, and this machine has none yet: publish one first.</Alert>
      ) : null}
      {alias === undefined ? (
        <FormField label="Name" description="1 to 80 letters, digits, -, _ and ., and not digits alone." stretch>
          <Input
            value={name}
            onChange={({ detail }) => setGiven({ ...given, name: detail.value })}
            spellcheck={false}
            autoFocus
          />
        </FormField>
      ) : null}
      <FormField label="Description" stretch>
        <Input value={description} onChange={({ detail }) => setGiven({ ...given, description: detail.value })} />
      </FormField>
      <Routing
        given={{ ...given, first }}
        versions={versions}
        onChange={(change) => setGiven({ ...given, ...change })}
      />
    </ActionDialog>
  );
}

interface RoutingProps {
  readonly given: Given;
  readonly versions: readonly string[];
  readonly onChange: (change: Partial<Given>) => void;
}

const none = { value: "", label: "None" };

function Routing({ given: { first, second, weight }, versions, onChange }: RoutingProps) {
  const options = versions.map((arn) => ({ value: arn, label: `Version ${qualifierOf(arn)}` }));
  const others = options.filter(({ value }) => value !== first);
  return (
    <>
      <FormField label="Version" description="New executions of the alias follow it." stretch>
        <Select
          selectedOption={options.find(({ value }) => value === first) ?? null}
          options={options}
          onChange={({ detail }) => onChange({ first: detail.selectedOption.value, second: undefined })}
        />
      </FormField>
      <FormField label="Second version" description="Takes a part of them, to try it out." stretch>
        <Select
          selectedOption={others.find(({ value }) => value === second) ?? none}
          options={[none, ...others]}
          onChange={({ detail }) => onChange({ second: detail.selectedOption.value || undefined })}
        />
      </FormField>
      {second === undefined ? null : (
        <FormField
          label="Share of the second version, percent"
          description={`Version ${qualifierOf(first ?? "")} takes the other ${100 - Number(weight)} %.`}
          stretch
        >
          <Input type="number" value={weight} onChange={({ detail }) => onChange({ weight: detail.value })} />
        </FormField>
      )}
    </>
  );
}

function givenOf(alias: StateMachineAlias | undefined): Given {
  const [first, second] = alias?.routingConfiguration ?? [];
  return {
    name: "",
    description: alias?.description ?? "",
    first: first?.stateMachineVersionArn,
    second: second?.stateMachineVersionArn,
    weight: String(second?.weight ?? 10),
  };
}

function routingOf({ first, second, weight }: Given): readonly object[] {
  if (first === undefined) return [];
  if (second === undefined) return [{ stateMachineVersionArn: first, weight: 100 }];
  const share = Number(weight);
  return [
    { stateMachineVersionArn: first, weight: 100 - share },
    { stateMachineVersionArn: second, weight: share },
  ];
}

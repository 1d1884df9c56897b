// Amazon Resource Names of state machines, executions and activities.

/** Where the ARNs of this server live. */
export interface ArnSpace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

// The characters that the API reference forbids in names; `\p{Cc}` are the control characters and `\p{Cs}` is a
// surrogate without its partner.
const forbiddenInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\ufffe\uffff\p{Cs}\u{10ffff}]/u;

/** Whether a state machine, an activity or an execution can have that name, as far as its characters go. */
export function hasNameCharacters(name: string): boolean {
  return !forbiddenInNames.test(name);
}

/** The longest name of a state machine, an activity or an execution. */
export const maxNameLength = 80;

export function stateMachineArn(space: ArnSpace, name: string): string {
  return `${prefix(space)}:stateMachine:${name}`;
}

/** The ARN of a version, by its number, or of an alias. */
export function qualifiedArn(machineArn: string, qualifier: string | number): string {
  return `${machineArn}:${qualifier}`;
}

/** The machine of an execution, by the execution's ARN. */
export function stateMachineArnOf(arnOfExecution: string): string {
  const [scheme = "", partition = "", service = "", region = "", account = "", , name = ""] = arnOfExecution.split(":");
  return [scheme, partition, service, region, account, "stateMachine", name].join(":");
}

export function activityArn(space: ArnSpace, name: string): string {
  return `${prefix(space)}:activity:${name}`;
}

export function mapRunArn(space: ArnSpace, stateMachineName: string, label: string, id: string): string {
  return `${prefix(space)}:mapRun:${stateMachineName}/${label}:${id}`;
}

/** @param key the execution's name, for Express `name:uuid`. A child of a Map Run has `/label:` before it. */
export function executionArn(
  space: ArnSpace,
  type: "STANDARD" | "EXPRESS",
  stateMachineName: string,
  key: string,
): string {
  const kind = type === "EXPRESS" ? "express" : "execution";
  return `${prefix(space)}:${kind}:${stateMachineName}${key.startsWith("/") ? "" : ":"}${key}`;
}

function prefix({ partition, region, account }: ArnSpace): string {
  return `arn:${partition}:states:${region}:${account}`;
}

export type StatesArn =
  /** `qualifier` is a version number or an alias name; `label` names the sub-machine of a distributed Map. */
  | { readonly kind: "stateMachine"; readonly name: string; readonly label?: string; readonly qualifier?: string }
  | { readonly kind: "execution" | "express"; readonly stateMachineName: string; readonly key: string }
  | { readonly kind: "activity"; readonly name: string }
  | { readonly kind: "mapRun"; readonly stateMachineName: string; readonly label: string; readonly id: string };

/** The version that a qualifier names; `undefined` for an alias, whose name holds more than digits. */
export function versionNumberOf(qualifier: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(qualifier) ? Number(qualifier) : undefined;
}

/** An ARN of another partition, region or account names nothing that this server has. */
export function isOfSpace(arn: string, space: ArnSpace): boolean {
  return arn.startsWith(`${prefix(space)}:`);
}

/** AWS's words on a text that has not the form of an ARN of this service. */
export function arnProblem(arn: string): string {
  return arn.startsWith("arn:") ? `Invalid ARN format: ${arn}` : `Invalid ARN prefix: ${arn}`;
}

/** AWS's words on an ARN of another kind than is wanted. */
export function arnKindProblem({ kind }: StatesArn): string {
  return `Resource type not valid in this context: ${kind}`;
}

/** The parts of an ARN of this service; `undefined` when it has not the form of one. Region and account are not compared. */
export function parseStatesArn(arn: string): StatesArn | undefined {
  const [head, , service, , , type, name, ...rest] = arn.split(":");
  if (head !== "arn" || service !== "states" || name === undefined || name === "") return undefined;
  const key = rest.join(":");
  switch (type) {
    case "stateMachine": {
      const [base = "", label] = name.split("/");
      if (rest.length > 1 || rest[0] === "") return undefined;
      return {
        kind: type,
        name: base,
        ...(label === undefined ? {} : { label }),
        ...(rest.length === 1 ? { qualifier: key } : {}),
      };
    }
    case "execution":
    case "express": {
      const slash = name.indexOf("/");
      if (key === "") return undefined;
      if (slash === -1) return { kind: type, stateMachineName: name, key };
      return { kind: type, stateMachineName: name.slice(0, slash), key: `${name.slice(slash)}:${key}` };
    }
    case "activity":
      return rest.length === 0 ? { kind: type, name } : undefined;
    case "mapRun": {
      const [base = "", label = ""] = name.split("/");
      return key === "" || label === "" ? undefined : { kind: type, stateMachineName: base, label, id: key };
    }
    default:
      return undefined;
  }
}

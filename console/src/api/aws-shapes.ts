// The members of AWS's answers that the pages show. Times are epoch seconds, as on the wire.

export interface StateMachine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly definition: string;
  readonly roleArn: string;
  readonly creationDate: number;
  readonly revisionId?: string;
  readonly description?: string;
  readonly loggingConfiguration?: { readonly level?: string };
  readonly tracingConfiguration?: { readonly enabled?: boolean };
}

export interface StateMachineVersions {
  readonly stateMachineVersions: readonly { readonly stateMachineVersionArn: string; readonly creationDate: number }[];
  readonly nextToken?: string;
}

export interface StateMachineAliases {
  readonly stateMachineAliases: readonly { readonly stateMachineAliasArn: string; readonly creationDate: number }[];
  readonly nextToken?: string;
}

export interface StateMachineAlias {
  readonly stateMachineAliasArn: string;
  readonly name: string;
  readonly description?: string;
  readonly routingConfiguration: readonly { readonly stateMachineVersionArn: string; readonly weight: number }[];
  readonly updateDate: number;
}

export interface Tags {
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export interface Started {
  readonly executionArn: string;
}

export interface ExecutionDescription {
  readonly input?: string;
}

export interface TestedState {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  readonly inspectionData?: Readonly<Record<string, unknown>>;
}

export interface MapRun {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  readonly startDate: number;
  readonly stopDate?: number;
  /** 0 for as many as may be. */
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly itemCounts: Readonly<Record<string, number>>;
  readonly executionCounts: Readonly<Record<string, number>>;
  readonly redriveCount?: number;
}

export interface ChildExecutions {
  readonly executions: readonly {
    readonly executionArn: string;
    readonly name: string;
    readonly status: string;
    readonly startDate: number;
    readonly stopDate?: number;
    readonly itemCount?: number;
  }[];
  readonly nextToken?: string;
}

// How much of each kind an account may have (AWS: service quotas), and what is said where there is no more.

export interface Quotas {
  /** AWS: 100,000. */
  readonly maxStateMachines: number;
  /** AWS: 100,000. */
  readonly maxActivities: number;
  /** Standard executions that run. AWS: 1,000,000. */
  readonly maxOpenExecutions: number;
  /** Calls of GetActivityTask that wait for a task of one activity. AWS: 1,000. */
  readonly maxActivityWorkers: number;
}

export const awsQuotas: Quotas = {
  maxStateMachines: 100_000,
  maxActivities: 100_000,
  maxOpenExecutions: 1_000_000,
  maxActivityWorkers: 1_000,
};

/** The refusal of one more than there may be. */
export interface LimitExceeded {
  readonly kind: "limitExceeded";
  readonly limit: number;
}

/** Texts of the errors, which API and tasks share; AWS's documentation has their beginnings. */
export const quotaTexts = {
  StateMachineLimitExceeded: (limit: number): string =>
    `The maximum number of state machines has been reached: ${limit}. ` +
    "Delete one that is not needed, or raise limits.stateMachines in pawl.config.json.",
  ActivityLimitExceeded: (limit: number): string =>
    `The maximum number of activities has been reached: ${limit}. ` +
    "Delete one that is not needed, or raise limits.activities in pawl.config.json.",
  ExecutionLimitExceeded: (limit: number): string =>
    `The maximum number of running executions has been reached: ${limit}. ` +
    "Wait for one to end, stop one, or raise limits.openExecutions in pawl.config.json.",
  ActivityWorkerLimitExceeded: (limit: number): string =>
    `The maximum number of workers concurrently polling for activity tasks has been reached: ${limit} for one ` +
    "activity. Let fewer workers poll, or raise limits.activityWorkers in pawl.config.json.",
} as const;

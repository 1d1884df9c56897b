// The names of the cells that may be sealed: a sealed text is bound to the name of its cell, so that it opens nowhere else.

export const cellName = {
  secret: "partition.secret/0",
  /** The secret's name until all is sealed: nobody without a key can make plain texts look as if they were still to be taken. */
  secretOfConversion: "partition.secret/being sealed",
  events: (journalId: number, executionId: number) => `journal.events/${journalId}/${executionId}`,
  traceHeader: (executionId: number) => `execution.trace_header/${executionId}`,
  mapRunState: (mapRunId: number, executionId: number) => `map_run.state/${mapRunId}/${executionId}`,
  definition: (revisionId: number, stateMachineId: number) => `revision.definition/${revisionId}/${stateMachineId}`,
} as const;

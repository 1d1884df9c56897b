// The longest history that AWS keeps: 25,000 events, as GetExecutionHistory lists them.

export function longHistory(): { readonly events: readonly object[] } {
  const events: object[] = [];
  const add = (type: string, previousEventId: number, details: object = {}): number => {
    const id = events.length + 1;
    events.push({ id, previousEventId, type, timestamp: 1_767_225_600 + id / 10, ...details });
    return id;
  };
  add("ExecutionStarted", 0, { executionStartedEventDetails: { input: "{}", roleArn: "r" } });
  let last = 0;
  for (let i = 0; i < 12_499; i += 1) {
    const name = i % 2 === 0 ? "Ping" : "Pong";
    last = add("PassStateEntered", last, { stateEnteredEventDetails: { name, input: "{}" } });
    last = add("PassStateExited", last, { stateExitedEventDetails: { name, output: "{}" } });
  }
  add("ExecutionFailed", last, { executionFailedEventDetails: { error: "States.Runtime", cause: "full" } });
  return { events };
}

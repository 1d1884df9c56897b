// The files of a first workflow: it charges a card, tries again while the terminal is busy, and fails for a declined card.

const workflow = `{
  "Comment": "Charges a card: again while the terminal is busy, and not at all where it is declined.",
  "QueryLanguage": "JSONata",
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Arguments": { "FunctionName": "charge", "Payload": "{% $states.input %}" },
      "Retry": [{ "ErrorEquals": ["TerminalBusy"], "IntervalSeconds": 2, "MaxAttempts": 3 }],
      "Catch": [{ "ErrorEquals": ["CardDeclined"], "Next": "Declined" }],
      "Output": "{% $states.result.Payload %}",
      "Next": "Let it settle"
    },
    "Let it settle": { "Type": "Wait", "Seconds": 2, "Next": "Paid" },
    "Paid": { "Type": "Succeed" },
    "Declined": { "Type": "Fail", "Error": "OrderCancelled", "Cause": "The card was declined." }
  }
}
`;

const functions = `// A function is called as Lambda calls it. The name of an error that it throws is what Retry and Catch look for.
export async function charge(order) {
  if (!(order.total > 0)) throw named("CardDeclined", \`There is nothing to charge: \${order.total}\`);
  console.log(\`charging \${order.total}\`);
  return { ...order, receipt: \`receipt of \${order.id}\` };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
`;

const configuration = `{
  "functions": { "charge": "./functions.mjs#charge" },
  "mocks": "./order.mocks.json"
}
`;

const mocks = `{
  "StateMachines": {
    "order": {
      "TestCases": {
        "Happy": { "Charge": "charged" },
        "Busy": { "Charge": "charged at the second attempt" },
        "Declined": { "Charge": "declined" }
      }
    }
  },
  "MockedResponses": {
    "charged": { "0": { "Return": { "StatusCode": 200, "Payload": { "receipt": "a receipt" } } } },
    "charged at the second attempt": {
      "0": { "Throw": { "Error": "TerminalBusy", "Cause": "The terminal is busy." } },
      "1": { "Return": { "StatusCode": 200, "Payload": { "receipt": "a receipt" } } }
    },
    "declined": { "0": { "Throw": { "Error": "CardDeclined", "Cause": "No." } } }
  }
}
`;

/** Their texts by their names. */
export const firstFiles: readonly (readonly [name: string, text: string])[] = [
  ["order.asl.json", workflow],
  ["order.input.json", '{ "id": "A-17", "total": 40 }\n'],
  ["functions.mjs", functions],
  ["pawl.config.json", configuration],
  ["order.mocks.json", mocks],
];

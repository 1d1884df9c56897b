// Mistakes that people make in definitions, each made in a workflow that is right without it. docs/messages.md shows the answers.

export interface Mistake {
  readonly made: string;
  /** Its name says whether it is JSON or YAML. */
  readonly file: string;
  readonly text: string;
  /** A mock file that the server has. */
  readonly mocks?: string;
}

const json = `{
  "Comment": "Takes an order.",
  "StartAt": "ReserveStock",
  "States": {
    "ReserveStock": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {
        "FunctionName": "reserve-stock",
        "Payload": { "id.$": "$.id", "by": "order" }
      },
      "TimeoutSeconds": 30,
      "Catch": [{ "ErrorEquals": ["OutOfStock"], "Next": "Tell" }],
      "Next": "BookShipment"
    },
    "BookShipment": { "Type": "Pass", "Next": "Paid" },
    "Paid": {
      "Type": "Choice",
      "Choices": [{ "Variable": "$.total", "NumericGreaterThan": 0, "Next": "Done" }],
      "Default": "Tell"
    },
    "Tell": { "Type": "Fail", "Error": "OutOfStock" },
    "Done": { "Type": "Succeed" }
  }
}
`;

const yaml = `QueryLanguage: JSONata
StartAt: AddUp
States:
  AddUp:
    Type: Pass
    Assign:
      total: "{% $sum($states.input.items.price) %}"
    Next: Charge
  Charge:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments:
      FunctionName: charge
      Payload: "{% { 'total': $total } %}"
    Output: "{% $states.result.Payload %}"
    Next: Done
  Done:
    Type: Succeed
`;

/** A change that changes nothing would show no mistake. */
function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The workflow does not have ${from}.`);
  return text.replace(from, () => to);
}

function inJson(made: string, from: string, to: string): Mistake {
  return { made, file: "order.asl.json", text: changed(json, from, to) };
}

function inYaml(made: string, from: string, to: string): Mistake {
  return { made, file: "charge.asl.yaml", text: changed(yaml, from, to) };
}

const id = `"id.$": "$.id"`;

export const mistakes: readonly (readonly [group: string, mistakes: readonly Mistake[]])[] = [
  [
    "JSON",
    [
      inJson("A comma is missing", `30,`, `30`),
      inJson("A comma too many", `"Error": "OutOfStock" }`, `"Error": "OutOfStock", }`),
      inJson("A comma too many, at the end of a line", `"Default": "Tell"`, `"Default": "Tell",`),
      inJson("The last brace is missing", `  }\n}\n`, `  }\n`),
      inJson("A quotation mark is missing", `"Error": "OutOfStock"`, `"Error": "OutOfStock`),
      inJson("Single quotes", `"Type": "Succeed"`, `'Type': 'Succeed'`),
      inJson("A comment", `"TimeoutSeconds": 30,`, `"TimeoutSeconds": 30, // seconds`),
      inJson("A name twice", `"TimeoutSeconds": 30,`, `"TimeoutSeconds": 30,\n      "Next": "Done",`),
    ],
  ],
  [
    "YAML",
    [
      inYaml("An expression without quotes", `"{% $states.result.Payload %}"`, `{% $states.result.Payload %}`),
      inYaml("A line that is not indented as the others are", `    Next: Done`, `   Next: Done`),
      inYaml("A tab", `    Next: Done`, `\tNext: Done`),
      inYaml("yes for true", `    Type: Succeed\n`, `    Type: Pass\n    End: yes\n`),
      inYaml("Two documents", `QueryLanguage`, `---\nComment: first\n---\nQueryLanguage`),
      inYaml("A colon in a text", `FunctionName: charge`, `FunctionName: the function: charge`),
    ],
  ],
  [
    "Transitions",
    [
      inJson("Next has a typo", `"Next": "BookShipment"`, `"Next": "BookShipmnt"`),
      inJson("StartAt names no state", `"StartAt": "ReserveStock"`, `"StartAt": "Reserve"`),
      inJson("Neither Next nor End", `"Type": "Pass", "Next": "Paid"`, `"Type": "Pass"`),
      inJson("Both Next and End", `"Next": "Paid"`, `"Next": "Paid", "End": true`),
      inJson("A state that nothing leads to", `"Next": "Paid"`, `"Next": "Done"`),
      inJson("Next of a final state", `"Type": "Succeed"`, `"Type": "Succeed", "End": true`),
      inJson("End is a text", `"Next": "Paid"`, `"End": "true"`),
    ],
  ],
  [
    "Fields",
    [
      inJson("A type that does not exist", `"Type": "Succeed"`, `"Type": "Success"`),
      inJson("No type", `{ "Type": "Succeed" }`, `{ "Comment": "Done" }`),
      inJson("A typo in a field", `"TimeoutSeconds"`, `"TimeoutSecond"`),
      inJson("A field of another type of state", `"Type": "Pass",`, `"Type": "Pass", "Catch": [],`),
      inJson("A field of the other query language", `"Parameters": {`, `"Arguments": {`),
      inYaml("A field of JSONPath in a JSONata workflow", `    Arguments:`, `    Parameters:`),
      inJson("A number as a text", `30`, `"30"`),
      inJson("A field of the machine in a state", `"Type": "Pass",`, `"Type": "Pass", "StartAt": "Done",`),
    ],
  ],
  [
    "Paths and intrinsic functions",
    [
      inJson("A path without the dollar sign", id, `"id.$": "id"`),
      inJson("A path that is none", id, `"id.$": "$.items[?("`),
      inJson("A text where a path is expected", id, `"id.$": "order-7"`),
      inJson("A number where a path is expected", id, `"id.$": 7`),
      inJson("A name without .$", id, `"id": "$.id"`),
      inJson("An intrinsic function that does not exist", id, `"id.$": "States.Fromat('{}', $.id)"`),
      inJson("An intrinsic function in lower case", id, `"id.$": "states.format('{}', $.id)"`),
      inJson("An intrinsic function without States", id, `"id.$": "Format('{}', $.id)"`),
      inJson("Too few arguments", id, `"id.$": "States.Format()"`),
      inJson("Too many arguments", id, `"id.$": "States.ArrayLength($.id, 1)"`),
      inJson("Double quotes in an intrinsic function", id, String.raw`"id.$": "States.Format(\"{}\", $.id)"`),
      inJson("A parenthesis is missing", id, `"id.$": "States.Format('{}', $.id"`),
      inJson("An argument that is no value", id, `"id.$": "States.Format('{}', id)"`),
      inJson("An expression of JSONata in a JSONPath state", id, `"id.$": "{% $states.input.id %}"`),
      inJson("Both names of a field", id, `"id.$": "$.id", "id": 7`),
      inJson("An index of many for one value", `"Variable": "$.total"`, `"Variable": "$.items[*].total"`),
    ],
  ],
  [
    "JSONata",
    [
      inYaml("A parenthesis of an expression is missing", `price) %}`, `price %}`),
      inYaml("The end of an expression is missing", `$states.result.Payload %}`, `$states.result.Payload`),
      inYaml("A variable that nothing assigns", `'total': $total`, `'total': $totla`),
      inYaml("A function that does not exist", `$sum(`, `$summ(`),
      inYaml("The input without $states", `$sum($states.input.items.price)`, `$sum(items.price)`),
      inYaml("A member that $states does not have", `$states.result.Payload`, `$states.results.Payload`),
      inYaml("A path of JSONPath", `"{% $states.result.Payload %}"`, `$.Payload`),
      inYaml("An intrinsic function in JSONata", `$sum($states.input.items.price)`, `States.UUID()`),
    ],
  ],
  [
    "Resources",
    [
      inJson("An action in capitals", `lambda:invoke"`, `lambda:Invoke"`),
      inJson("A service that does not exist", `states:::lambda:invoke"`, `states:::lamda:invoke"`),
      inJson("A name instead of an ARN", `"arn:aws:states:::lambda:invoke"`, `"reserve-stock"`),
      inJson(
        "An ARN without account and region",
        `"arn:aws:states:::lambda:invoke"`,
        `"arn:aws:lambda:::function:reserve-stock"`,
      ),
      inJson("An action that the service does not have", `lambda:invoke"`, `aws-sdk:sqs:sendMesage"`),
      inJson("A pattern that the integration does not have", `lambda:invoke"`, `lambda:invoke.sync"`),
      inJson(
        "A service that Pawl cannot call",
        `lambda:invoke",\n      "Parameters": {\n        "FunctionName": "reserve-stock",`,
        `eks:call",\n      "Parameters": {\n        "ClusterName": "c", "CertificateAuthority": "a", "Endpoint": "e", "Method": "GET", "Path": "/",`,
      ),
      inJson("A parameter that is required", `"FunctionName": "reserve-stock",`, ``),
      inJson("A parameter in small letters", `"FunctionName"`, `"functionName"`),
      inJson("A placeholder of a template", `"reserve-stock"`, `"\${ReserveStockFunctionName}"`),
      inJson("A function that the configuration does not have", `"reserve-stock"`, `"reserv-stock"`),
      inYaml(
        "A function that the configuration does not have, of another name",
        `FunctionName: charge`,
        `FunctionName: bill`,
      ),
      {
        ...inJson("A test case of the mock file names no state", `Takes`, `Takes`),
        mocks: JSON.stringify({
          StateMachines: { order: { TestCases: { HappyPath: { ReservStock: "Reserved" } } } },
          MockedResponses: { Reserved: { "0": { Return: {} } } },
        }),
      },
    ],
  ],
  [
    "Files",
    [
      { made: "An empty file", file: "order.asl.json", text: "" },
      {
        made: "A template of SAM",
        file: "template.yaml",
        text: `AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: order.asl.json
      Role: !GetAtt Role.Arn
`,
      },
      {
        made: "A template of CloudFormation",
        file: "stack.asl.json",
        text: `{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Resources": {
    "Order": { "Type": "AWS::StepFunctions::StateMachine", "Properties": { "DefinitionString": "{}" } }
  }
}
`,
      },
      {
        made: "The definition within an answer of AWS",
        file: "order.asl.json",
        text: `{
  "name": "order",
  "type": "STANDARD",
  "definition": "{\\"StartAt\\": \\"A\\"}"
}
`,
      },
      { made: "The states alone", file: "order.asl.json", text: `{ "Done": { "Type": "Succeed" } }\n` },
    ],
  ],
];

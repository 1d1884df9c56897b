// Mistakes in what stands beside a definition, the configuration and the functions, and those that show when a workflow runs.
import type { Json } from "../../src/asl/json.ts";
import type { TaskOutcome } from "../../src/engine/effect.ts";

export interface FileMistake {
  readonly made: string;
  /** Texts by paths. The functions are in the folder of the configuration. */
  readonly files: Readonly<Record<string, string>>;
}

function inConfiguration(made: string, text: string): FileMistake {
  return { made, files: { "pawl.config.json": text } };
}

export const configurationMistakes: readonly FileMistake[] = [
  inConfiguration("A comma too many", `{\n  "port": 8083,\n}\n`),
  inConfiguration("A member that does not exist", `{ "function": {} }`),
  inConfiguration("A value of another type", `{ "port": "8083" }`),
  inConfiguration("A function that is nothing", `{ "functions": { "pack": 7 } }`),
];

function ofFunction(made: string, file: string, text: string, more: FileMistake["files"] = {}): FileMistake {
  const configuration = { functions: { pack: `./${file}#handler` } };
  return { made, files: { "pawl.config.json": JSON.stringify(configuration), [file]: text, ...more } };
}

export const functionMistakes: readonly FileMistake[] = [
  ofFunction("The file is not there", "pack.mjs", "", {}),
  ofFunction("The function has another name", "pack.mjs", "export const pack = () => 1;\n"),
  ofFunction("A module of the language in a package of CommonJS", "pack.js", "export const handler = () => 1;\n", {
    "package.json": `{ "type": "commonjs" }`,
  }),
  ofFunction("An import without its extension", "pack.mjs", `export { handler } from "./box";\n`, {
    "box.mjs": "export const handler = () => 1;\n",
  }),
  ofFunction("An error of syntax", "pack.mjs", "export const handler = () => {\n  const = 1;\n};\n"),
];

export interface RunMistake {
  readonly made: string;
  readonly definition: Json;
  readonly outcome?: TaskOutcome;
}

const machine = (state: Json, language: Json = "JSONPath"): Json => ({
  QueryLanguage: language,
  StartAt: "Pack",
  States: { Pack: state },
});
const call: Json = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "pack", Payload: {} },
  End: true,
};

export const runMistakes: readonly RunMistake[] = [
  { made: "A path that leads nowhere", definition: machine({ Type: "Pass", InputPath: "$.order.id", End: true }) },
  {
    made: "An expression that gives nothing",
    definition: machine({ Type: "Pass", Output: "{% $states.input.id %}", End: true }, "JSONata"),
  },
  {
    made: "An expression of the wrong type",
    definition: machine({ Type: "Wait", Seconds: "{% 'soon' %}", End: true }, "JSONata"),
  },
  {
    made: "A function of Python that fails",
    definition: machine(call),
    outcome: {
      kind: "failed",
      error: "CommandFailed",
      cause: JSON.stringify({
        errorType: "CommandFailed",
        errorMessage:
          'Traceback (most recent call last):\n  File "pack.py", line 3, in <module>\nValueError: no box is so large',
      }),
    },
  },
];

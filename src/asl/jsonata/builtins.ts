// All built-in functions, once for each dialect.
import { type Builtin, functionOf } from "./builtin.ts";
import { arrayFunctions } from "./functions-array.ts";
import { awsFunctions, plainRandom } from "./functions-aws.ts";
import { dateFunctions } from "./functions-date.ts";
import { higherOrderFunctions } from "./functions-higher-order.ts";
import { numericFunctions } from "./functions-numeric.ts";
import { objectFunctions } from "./functions-object.ts";
import { patternFunctions } from "./functions-pattern.ts";
import { stringFunctions } from "./functions-string.ts";
import type { FunctionValue } from "./values.ts";

const shared: readonly Builtin[] = [
  ...stringFunctions,
  ...patternFunctions,
  ...numericFunctions,
  ...arrayFunctions,
  ...objectFunctions,
  ...higherOrderFunctions,
  ...dateFunctions,
];

/** `aws` is JSONata as Step Functions has it; `jsonata` is the language's own. `$eval` is in neither. */
export type Dialect = "aws" | "jsonata";

export const builtinsOf: { readonly [dialect in Dialect]: ReadonlyMap<string, FunctionValue> } = {
  aws: new Map([...shared, ...awsFunctions].map((builtin) => [builtin.name, functionOf(builtin, "floored")])),
  jsonata: new Map([...shared, plainRandom].map((builtin) => [builtin.name, functionOf(builtin, "as they are")])),
};

// All built-in functions, once for each dialect.
import { type Builtin, functionOf } from "./builtin.ts";
import { arrayFunctions } from "./array.ts";
import { awsFunctions, plainRandom } from "./aws.ts";
import { dateFunctions } from "./date.ts";
import { higherOrderFunctions } from "./higher-order.ts";
import { numericFunctions } from "./numeric.ts";
import { objectFunctions } from "./object.ts";
import { patternFunctions } from "./pattern.ts";
import { stringFunctions } from "./string.ts";
import type { FunctionValue } from "../values.ts";

const shared: readonly Builtin[] = [
  ...stringFunctions,
  ...patternFunctions,
  ...numericFunctions,
  ...arrayFunctions,
  ...objectFunctions,
  ...higherOrderFunctions,
  ...dateFunctions,
];

/** All that AWS's dialect has, as it is written down. */
export const awsBuiltins: readonly Builtin[] = [...shared, ...awsFunctions];

/** `aws` is JSONata as Step Functions has it; `jsonata` is the language's own. `$eval` is in neither. */
export type Dialect = "aws" | "jsonata";

export const builtinsOf: { readonly [dialect in Dialect]: ReadonlyMap<string, FunctionValue> } = {
  aws: new Map(awsBuiltins.map((builtin) => [builtin.name, functionOf(builtin, "floored")])),
  jsonata: new Map([...shared, plainRandom].map((builtin) => [builtin.name, functionOf(builtin, "as they are")])),
};

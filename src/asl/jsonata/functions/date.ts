// Date and time functions; the clock is the evaluation's.
import { type Builtin, numberAt, stringAt } from "./builtin.ts";
import { formatDate } from "../dates/format.ts";
import { parseDate, parseIsoTimestamp } from "../dates/parse.ts";

/** Measured, of one without a picture. */
const stepsPerTimestamp = 40;

export const dateFunctions: readonly Builtin[] = [
  {
    name: "now",
    signature: "<s?s?:s>",
    arity: 2,
    perform: (args, run) => formatDate(run.nowMs, { picture: stringAt(args, 0), timezone: stringAt(args, 1) }, run),
  },
  { name: "millis", signature: "<:n>", arity: 0, perform: (_args, run) => run.nowMs },
  {
    name: "fromMillis",
    signature: "<n-s?s?:s>",
    arity: 3,
    perform: (args, run) => {
      const ms = numberAt(args, 0);
      if (ms === undefined) return undefined;
      return formatDate(ms, { picture: stringAt(args, 1), timezone: stringAt(args, 2) }, run);
    },
  },
  {
    name: "toMillis",
    signature: "<s-s?:n>",
    arity: 2,
    perform: (args, run) => {
      const text = stringAt(args, 0);
      if (text === undefined) return undefined;
      const picture = stringAt(args, 1);
      run.payString(text.length);
      run.pay(stepsPerTimestamp);
      return picture === undefined ? parseIsoTimestamp(text) : parseDate(text, picture, run);
    },
  },
];

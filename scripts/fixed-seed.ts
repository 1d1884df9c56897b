// Loaded before the tests of a whole run: generated cases are the same in every run, so that a change is judged by its own
// cases. `PAWL_TEST_SEED=random npm test` looks for new ones, and a number repeats a run.
import fc from "fast-check";

const seed = process.env["PAWL_TEST_SEED"] ?? "1";
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });

// How PostgreSQL goes about each shape of a listing, and about the work lists of a partition: along one index, without sorting
// what is not shown, whatever the size of the tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { noPostgres, testDatabases } from "../../testing/postgres/test-databases.ts";
import { started } from "../contract-fixtures.ts";
import { Link } from "./link.ts";
import { type ListingShape, listingSql } from "./listing.ts";
import { childListingSql, unredrivable } from "./map-run-children.ts";
import { placeOf } from "./place.ts";
import { openWhole } from "./store-fixtures.ts";

interface Plan {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly Plan[];
}

const databases = testDatabases();

/** Every step of a plan, as `Index Scan execution_status`. */
function stepsOf(plan: Plan): readonly string[] {
  // Whether the table itself is looked at hangs on when it was vacuumed last.
  const step = [plan["Node Type"].replace("Index Only Scan", "Index Scan"), plan["Index Name"]]
    .filter((word) => word !== undefined)
    .join(" ");
  return [step, ...(plan.Plans ?? []).flatMap(stepsOf)];
}

/** The steps of a listing's parts: those that only put them together are left out. */
function readsOf(plan: Plan): readonly string[] {
  const reads = /^(Index|Bitmap|Seq|Incremental|Sort)/;
  return stepsOf(plan).filter((step) => reads.test(step));
}

const page = ["Index Scan execution_pkey", "Index Scan live_pkey"];
const byStatus = "Index Scan Backward execution_status";
const shapes: readonly (readonly [shape: ListingShape, reads: readonly string[]])[] = [
  ["all", [byStatus, byStatus, byStatus, byStatus, byStatus]],
  ["status", [byStatus]],
  ["version", ["Index Scan Backward execution_version"]],
  ["alias", ["Index Scan Backward execution_alias"]],
  ["redriven", ["Index Scan Backward execution_redriven"]],
];
const filters: Readonly<Record<ListingShape, readonly unknown[]>> = {
  all: [null, null, null, null],
  status: [1, null, null, null],
  version: [null, 2, null, null],
  alias: [null, null, "live", null],
  redriven: [null, null, null, true],
};

test(
  "each listing follows the order of its index",
  { skip: databases === undefined ? noPostgres : false },
  async (t) => {
    let url = "";
    const opened = await openWhole(async () => {
      const database = await databases?.create();
      assert.ok(database);
      ({ url } = database);
      return database;
    })();
    await opened.store.journal.append(
      Array.from({ length: 12_000 }, (_, i) => {
        const id = i + 1;
        const isChild = i % 3 === 2;
        return started({
          id,
          status: i % 2 === 0 ? "SUCCEEDED" : "RUNNING",
          ...(i % 2 === 0 ? { stoppedAt: 2_000_000_000_000 + id } : {}),
          ...(i % 7 === 0 && !isChild ? { versionNumber: 2, aliasName: "live", redrive: { count: 1, at: id } } : {}),
          ...(isChild ? { mapRun: { id: 1, index: i, itemCount: 1, redrive: 0 } } : {}),
        });
      }),
    );
    const link = new Link({ place: placeOf(url), preparesStatements: false, silenceMs: 60_000 });
    t.after(async () => {
      await link.close();
      await opened.dispose();
    });
    await link.run({ text: "ANALYZE" });
    const explained = async (text: string, values: readonly unknown[]): Promise<Plan> => {
      const [row] = await link.run({ text: `EXPLAIN (FORMAT JSON) ${text}` }, values);
      const [plan] = (row?.["QUERY PLAN"] ?? []) as readonly { readonly Plan: Plan }[];
      assert.ok(plan);
      return plan.Plan;
    };
    for (const [shape, reads] of shapes) {
      const plan = await explained(listingSql(shape), [1, 3e12, 1, 20, ...filters[shape]]);
      assert.deepEqual(withDirection(plan).toSorted(), [...reads, ...page].toSorted(), shape);
    }
    const children = await explained(childListingSql([1]), [0, 1, 3e12, 20, 1, null, null, null, null, null]);
    assert.deepEqual(withDirection(children).toSorted(), ["Index Scan Backward execution_map_run", ...page].toSorted());
    const failures = readsOf(await explained(unredrivable.text, [0, 1, 1, 1, 9]));
    assert.ok(failures.includes("Index Scan execution_map_run"), failures.join(", "));
    assert.ok(!failures.some((step) => step.startsWith("Seq")), failures.join(", "));
  },
);

/** The reads of a plan with their directions. A sort of the page itself is no read of what is not shown. */
function withDirection(plan: Plan): readonly string[] {
  const directed = (step: Plan & { readonly "Scan Direction"?: string }): Plan => {
    const isBackward = step["Scan Direction"] === "Backward";
    const type = isBackward ? `${step["Node Type"]} Backward` : step["Node Type"];
    return { ...step, "Node Type": type, ...(step.Plans === undefined ? {} : { Plans: step.Plans.map(directed) }) };
  };
  return readsOf(directed(plan)).filter((step) => !/^(Sort|Incremental)/.test(step));
}

// Executions that a bug has stopped: a row each, beside the execution's own.
import type { Quarantines } from "../quarantines.ts";
import type { Connection, Write } from "./connection.ts";

export function openQuarantines(connection: Connection, write: Write): Quarantines {
  const insert = connection.prepare(
    "INSERT INTO quarantine (execution_id, since, version) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const remove = connection.prepare("DELETE FROM quarantine WHERE execution_id = ?");
  const after = connection.prepare(
    "SELECT execution_id, since, version FROM quarantine WHERE execution_id > ? ORDER BY execution_id LIMIT ?",
  );
  const among = connection.prepare(
    "SELECT execution_id FROM quarantine WHERE execution_id IN (SELECT value FROM json_each(?))",
  );
  const count = connection.prepare("SELECT count(*) AS n FROM (SELECT 1 FROM quarantine LIMIT ?)");
  return {
    async add({ executionId, since, version }) {
      await write(() => insert.run(executionId, since, version));
    },
    async remove(executionId) {
      await write(() => remove.run(executionId));
    },
    async among(executionIds) {
      return among.all(JSON.stringify(executionIds)).map((row) => row["execution_id"] as number);
    },
    async count(most) {
      return count.first(most)?.["n"] as number;
    },
    async list(page) {
      return after.all(page.after ?? 0, page.limit).map((row) => ({
        executionId: row["execution_id"] as number,
        since: row["since"] as number,
        version: row["version"] as string,
      }));
    },
  };
}

// Executions that a bug has stopped, in memory.
import type { QuarantineRecord, Quarantines } from "../quarantines.ts";

export function openMemoryQuarantines(): Quarantines {
  const records = new Map<number, QuarantineRecord>();
  return {
    async add(quarantine) {
      if (!records.has(quarantine.executionId)) records.set(quarantine.executionId, quarantine);
    },
    async remove(executionId) {
      records.delete(executionId);
    },
    async among(executionIds) {
      return executionIds.filter((executionId) => records.has(executionId));
    },
    async count(most) {
      return Math.min(records.size, most);
    },
    async list({ limit, after = 0 }) {
      const behind = [...records.values()].filter(({ executionId }) => executionId > after);
      return behind.toSorted((a, b) => a.executionId - b.executionId).slice(0, limit);
    },
  };
}

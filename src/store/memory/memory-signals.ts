// Signals between executions, in memory.
import type { Signal, Signals } from "../signals.ts";

export interface MemorySignals {
  readonly role: Signals;
  add(signal: Omit<Signal, "id">): void;
  remove(id: number): void;
}

export function openMemorySignals(): MemorySignals {
  const signals = new Map<number, Signal>();
  let nextId = 1;
  return {
    role: {
      async list({ limit, after }) {
        return [...signals.values()].filter(({ id }) => id > (after ?? 0)).slice(0, limit);
      },
      async of(executionId) {
        return [...signals.values()].filter((signal) => signal.executionId === executionId);
      },
    },
    add(signal) {
      const id = nextId++;
      signals.set(id, { ...signal, id });
    },
    remove: (id) => void signals.delete(id),
  };
}

// A store that forgets everything with its process: for tests, and for `--db memory`.
import { randomBytes } from "node:crypto";
import type { Store } from "../store.ts";
import { openMemoryCatalogue } from "./memory-catalogue.ts";
import { openMemoryJobs } from "./memory-jobs.ts";
import { type MemoryJournal, openMemoryJournal } from "./memory-journal.ts";
import { openMemoryMapRuns } from "./memory-map-runs.ts";
import { openMemoryOffers } from "./memory-offers.ts";
import { openMemoryQuarantines } from "./memory-quarantines.ts";
import { openMemorySignals } from "./memory-signals.ts";
import { openMemoryVersions } from "./memory-versions.ts";

export interface MemoryStore extends Store {
  readonly journal: MemoryJournal;
}

export function openMemoryStore(): MemoryStore {
  const versions = openMemoryVersions();
  const { catalogue, machinesNamed } = openMemoryCatalogue(versions);
  const offers = openMemoryOffers();
  const signals = openMemorySignals();
  const jobs = openMemoryJobs();
  const mapRuns = openMemoryMapRuns();
  return {
    journal: openMemoryJournal({ machinesNamed, offers, signals, jobs, mapRuns }),
    offers: offers.role,
    signals: signals.role,
    jobs: jobs.role,
    mapRuns: mapRuns.role,
    quarantines: openMemoryQuarantines(),
    catalogue,
    versions: versions.role,
    secret: randomBytes(32).toString("hex"),
    async verifyWritable() {},
    async close() {},
  };
}

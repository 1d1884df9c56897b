// Durable state, spoken in the engine's terms, as a few named roles: a user takes the roles it needs. `memory/` and
// `sqlite/` implement them; contract.ts proves both.
import type { Catalogue } from "./catalogue.ts";
import type { Jobs } from "./jobs.ts";
import type { Journal } from "./journal.ts";
import type { MapRuns } from "./map-runs.ts";
import type { Offers } from "./offers.ts";
import type { Quarantines } from "./quarantines.ts";
import type { Signals } from "./signals.ts";
import type { Versions } from "./versions.ts";

export interface Store {
  readonly journal: Journal;
  readonly offers: Offers;
  readonly signals: Signals;
  readonly jobs: Jobs;
  readonly mapRuns: MapRuns;
  readonly quarantines: Quarantines;
  readonly catalogue: Catalogue;
  readonly versions: Versions;
  /** A random text, made once: seals what clients carry for the store, such as page tokens. */
  readonly secret: string;
  /** Makes something durable that changes nothing. Rejects with the reason where that cannot be done. */
  verifyWritable(): Promise<void>;
  close(): Promise<void>;
}

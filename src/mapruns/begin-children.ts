// The children of a Map Run begin, in the order of their items: those that a redrive is for, and then those that never began.
// An index is given once its child is handed over, so that the children in the store are always the first ones.
import type { MapRunnerParts } from "../runtime/map-runs/map-runner.ts";
import type { ExecutionRecord, ExecutionStatus } from "../store/journal.ts";
import type { MapRunChild, MapRunRecord, MapRunState } from "../store/map-run-row.ts";
import { type ChildInput, childInputs } from "./child-inputs.ts";
import type { ChildTally } from "./child-tally.ts";
import { MapRunFailure } from "./map-run-failure.ts";
import type { MapRunData } from "./ports.ts";
import type { PreparedRun } from "./prepare-run.ts";
import { writerRun } from "./results.ts";

export interface Beginning {
  readonly parts: MapRunnerParts;
  readonly data: MapRunData;
  readonly run: () => MapRunRecord;
  readonly prepared: PreparedRun;
  readonly tally: ChildTally;
  readonly signal: AbortSignal;
  /** Whether children may be begun at all. */
  readonly mayGoOn: () => boolean;
  /** Waits until another child may run; `false` when none may be begun any more. */
  readonly room: () => Promise<boolean>;
  /** A child is on its way to the store. Settles when that is decided. */
  readonly handOver: (committed: Promise<void>, undo: () => void) => Promise<unknown>;
  /** A child that is to be redriven cannot be. */
  readonly cannotBeRedriven: (place: MapRunChild) => void;
  readonly update: (change: Partial<MapRunState>) => Promise<void>;
}

/** Children, and characters of their inputs, that are handed over before those before them must be durable. */
const chunkSize = 150;
const chunkCharacters = 256 * 1024;

/** @throws MapRunFailure */
export async function beginChildren(beginning: Beginning): Promise<void> {
  const { run, prepared, mayGoOn, update } = beginning;
  await tryDestination(beginning);
  const chunks = new Chunks();
  const { redrive, state } = run();
  if (redrive !== undefined) await redriveChildren(beginning, chunks, redrive.count);
  const isAllBegun = state.isRead === true || beginning.tally.items === state.total;
  if (!isAllBegun && mayGoOn()) {
    await openSource(beginning);
    const wasWhole = await beginNew(beginning, chunks);
    await chunks.settled();
    if (!wasWhole) return;
    const { reader } = prepared.plan;
    if (reader !== undefined) await update({ isRead: true, total: beginning.tally.items });
  }
  await chunks.settled();
}

/** Before the first child: a destination that cannot be written to is found out before the work is done. */
async function tryDestination({ parts, data, run, prepared, tally, signal }: Beginning): Promise<void> {
  const { arns } = parts;
  const { family, plan } = prepared;
  const writing = writerRun({ run: run(), arns, machineName: family.stateMachine.name }, plan.writer);
  if (writing === undefined || tally.items > 0) return;
  const tried = await data.tryDestination(writing, signal);
  if ("failure" in tried) throw new MapRunFailure(tried.failure);
}

async function openSource({ data, run, prepared, tally, signal, update }: Beginning): Promise<void> {
  const { reader } = prepared.plan;
  if (reader === undefined) return;
  // Nobody has seen an item: a run that is redriven because its data was broken reads what is there now, as AWS's does.
  const pin = tally.items === 0 ? undefined : run().state.pin;
  const source = await data.openSource({ ...reader, pin }, signal);
  if ("failure" in source) throw new MapRunFailure(source.failure);
  prepared.source = source;
  if (source.pin !== pin) await update({ pin: source.pin });
}

/** @returns whether all items have children now. */
async function beginNew(beginning: Beginning, chunks: Chunks): Promise<boolean> {
  const { parts, prepared, tally, signal, room, run } = beginning;
  const { limits, turns, store } = parts;
  const { inputs, plan, source } = prepared;
  const { nextIndex } = await store.mapRuns.progressOf(run().id);
  let index = nextIndex;
  const options = { inputs, plan, source, skip: tally.items, signal, maxSteps: limits.maxStateSteps };
  for await (const child of childInputs({ ...options, pause: () => turns.pause() })) {
    if (!(await room())) return false;
    const place = { index, itemCount: child.itemCount, redrive: run().redrive?.count ?? 0 };
    const begun = await begin(beginning, place, child);
    if (begun === undefined) return false;
    index += 1;
    await chunks.add(begun, child.input.text.length);
  }
  return true;
}

/** @returns what settles with the child; `undefined` where it may not be begun any more. */
async function begin(
  { parts, prepared, tally, mayGoOn, handOver }: Beginning,
  place: Omit<MapRunChild, "id">,
  { input }: Pick<ChildInput, "input">,
  replaced?: ExecutionRecord,
): Promise<{ readonly settled: Promise<unknown> } | undefined> {
  const { turns, childStarts } = parts;
  return turns.run(() => {
    // Nothing comes between this look and the turn.
    if (!mayGoOn()) return undefined;
    const { executionId, committed } = childStarts.begin(prepared.family, {
      place,
      input,
      replacedChildId: replaced?.id,
    });
    if (replaced?.mapRun !== undefined) tally.redriven({ status: replaced.status, mapRun: replaced.mapRun });
    tally.begin(executionId, place);
    return { settled: handOver(committed, () => tally.undo(executionId)) };
  });
}

const unsuccessful: readonly ExecutionStatus[] = ["FAILED", "TIMED_OUT", "ABORTED"];
const pageSize = 200;

/** Children that ended without success before the redrive, and were not redriven since. */
async function redriveChildren(beginning: Beginning, chunks: Chunks, redrive: number): Promise<void> {
  const { parts, run, room } = beginning;
  for (let after: number | undefined; ;) {
    const page = await parts.store.mapRuns.childrenByIndex(run().id, unsuccessful, { limit: pageSize, after });
    for (const child of page) {
      if (child.mapRun === undefined || child.mapRun.redrive >= redrive) continue;
      if (!(await room())) return;
      const begun = await redriveChild(beginning, child, child.mapRun, redrive);
      if (begun !== undefined) await chunks.add(begun);
    }
    after = page.at(-1)?.mapRun?.index;
    if (page.length < pageSize) return chunks.settled();
  }
}

async function redriveChild(beginning: Beginning, child: ExecutionRecord, place: MapRunChild, redrive: number) {
  const { parts, tally, handOver, cannotBeRedriven } = beginning;
  if (child.type === "EXPRESS") {
    const { id: _, ...before } = place;
    return begin(beginning, { ...before, redrive }, await parts.describe(child), child);
  }
  const turned = await parts.childStarts.redrive(child, redrive);
  if (turned === undefined) {
    cannotBeRedriven(place);
    return undefined;
  }
  tally.redriven({ status: child.status, mapRun: place });
  tally.begin(child.id, { itemCount: place.itemCount, redrive });
  return { settled: handOver(turned.committed, () => tally.undo(child.id)) };
}

/** Children on their way to the store: of a chunk and the one before it. */
class Chunks {
  #before: readonly Promise<unknown>[] = [];
  #chunk: Promise<unknown>[] = [];
  #characters = 0;

  async add({ settled }: { readonly settled: Promise<unknown> }, characters = 0): Promise<void> {
    this.#chunk.push(settled);
    this.#characters += characters;
    if (this.#chunk.length < chunkSize && this.#characters < chunkCharacters) return;
    this.#characters = 0;
    await Promise.all(this.#before);
    this.#before = this.#chunk;
    this.#chunk = [];
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#before, ...this.#chunk]);
  }
}

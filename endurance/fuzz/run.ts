// One fuzzing run: cases of a seed against a real server, one after the other, so that whatever happens is of the case that is on.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { longestStallMs, type Observer, startObserver } from "../observer.ts";
import { type Server, startServer } from "../server.ts";
import type { FuzzCase } from "./cases.ts";
import { type Fault, play, type Played } from "./play.ts";
import { hangUp, sendRequest, type WireRequest } from "./requests.ts";
import { shrunk } from "./shrink.ts";
import { stage } from "./wire.ts";

export interface FuzzOptions {
  readonly cases: Iterable<NumberedCase>;
  /** No case begins after it. */
  readonly signal: AbortSignal;
  readonly limits: Limits;
  /** So long a smaller case is looked for, once for each kind of fault by each kind of case. */
  readonly shrinkSeconds?: number;
}

export interface NumberedCase {
  readonly number: number;
  readonly fuzzCase: FuzzCase;
}

export interface Limits {
  readonly stallMs: number;
  readonly residentBytes: number;
}

export interface Finding {
  readonly kind: Fault["kind"] | "quarantine" | "stall" | "memory" | "exit";
  readonly number: number;
  readonly fuzzCase: FuzzCase;
  readonly detail: string;
  readonly request?: WireRequest | undefined;
  /** A part of the case that fails in the same way. */
  readonly smaller?: FuzzCase;
}

export interface FuzzReport {
  readonly findings: readonly Finding[];
  /** Stalls, and exits by a signal from elsewhere, that were there once only: the same case did not make them again. */
  readonly passing: readonly Finding[];
  readonly cases: number;
  readonly requests: number;
  readonly executions: number;
  readonly worstStallMs: number;
  readonly peakBytes: number;
}

interface Look {
  readonly stallMs: number;
  readonly peakBytes: number;
}

interface Setting {
  readonly server: Server;
  readonly observer: Observer;
  readonly directory: string;
  isOver: boolean;
}

/** Every so many cases the stage is set again: cases delete what is on it. */
const casesPerStage = 60;
const longestLine = 1_000;
const endedWell = "exit code 0";

export async function fuzz(options: FuzzOptions, found: (finding: Finding) => void): Promise<FuzzReport> {
  const findings: Finding[] = [];
  const passing: Finding[] = [];
  const sums = { cases: 0, requests: 0, executions: 0, worstStallMs: 0, peakBytes: 0 };
  let setting: Setting | undefined;
  const report = async (finding: Finding): Promise<void> => {
    const reported = await withSmaller(finding, findings, options);
    findings.push(reported);
    found(reported);
  };
  try {
    for (const { number, fuzzCase } of options.cases) {
      if (options.signal.aborted) break;
      if (setting?.isOver === true) {
        await close(setting);
        setting = undefined;
      }
      const isNew: boolean = setting === undefined;
      setting ??= await open();
      if (isNew || sums.cases % casesPerStage === 0) await setStage(setting);
      const first = await performed(setting, number, fuzzCase, options.limits);
      const stall = first.findings.find(({ kind }) => kind === "stall");
      const isThereAgain = stall !== undefined && (await stallsAgain(setting, number, fuzzCase, options.limits));
      for (const finding of first.findings) {
        const isPassing = finding === stall ? !isThereAgain : await wasStopped(finding, options.limits);
        if (isPassing) passing.push(finding);
        else await report(finding);
      }
      sums.cases++;
      sums.requests += first.played?.requests ?? 0;
      sums.executions += first.played?.executions ?? 0;
      if (stall === undefined || isThereAgain) sums.worstStallMs = Math.max(sums.worstStallMs, first.look.stallMs);
      sums.peakBytes = Math.max(sums.peakBytes, first.look.peakBytes);
    }
    return { findings, passing, ...sums };
  } finally {
    if (setting !== undefined) await close(setting);
    hangUp();
  }
}

interface Performance {
  readonly findings: readonly Finding[];
  readonly played: Played | undefined;
  readonly look: Look;
}

async function performed(
  setting: Setting,
  number: number,
  fuzzCase: FuzzCase,
  { stallMs, residentBytes }: Limits,
): Promise<Performance> {
  const findings: Finding[] = [];
  const { server } = setting;
  const add = (kind: Finding["kind"], detail: string, request?: WireRequest): void =>
    void findings.push({ kind, number, fuzzCase, detail, request });
  const played = await play(server, String(number), fuzzCase).catch((error: unknown) => {
    setting.isOver = true;
    return error instanceof Error ? error : new Error(String(error));
  });
  const look = await lookAt(setting);
  if (played instanceof Error) {
    const ending = await Promise.race([server.ended, pass(500)]);
    add(ending === undefined ? "stuck" : "exit", `${played.message}; ${ending ?? "the server lives on"}`);
  }
  const lines = server.takeLogged().map((line) => line.slice(0, longestLine));
  const reason = lines[0] === undefined ? "" : `\n  log:     ${lines[0]}`;
  if (!(played instanceof Error))
    for (const { kind, detail, request } of played.faults)
      add(kind, kind === "5xx" ? detail + reason : detail, request);
  for (const line of lines.filter((line) => line.includes("bug in Pawl"))) add("quarantine", line);
  const slowest = played instanceof Error ? undefined : played.slowest;
  if (look.stallMs > stallMs) {
    const longest = slowest === undefined ? "" : `; ${slowest.request.action} took ${Math.round(slowest.tookMs)} ms`;
    add("stall", `${Math.round(look.stallMs)} ms${longest}`, slowest?.request);
  }
  if (look.peakBytes > residentBytes) {
    add("memory", `${Math.round(look.peakBytes / 2 ** 20)} MiB`, slowest?.request);
    setting.isOver = true;
  }
  if (!(played instanceof Error) && played.isLeftBusy) setting.isOver = true;
  if (findings.some(({ kind }) => kind === "quarantine" || kind === "stuck")) setting.isOver = true;
  return { findings, played: played instanceof Error ? undefined : played, look };
}

/** The same case a second time: what was an accident of the machine is not there again. */
async function stallsAgain(setting: Setting, number: number, fuzzCase: FuzzCase, limits: Limits): Promise<boolean> {
  // The server is gone, or not at rest: the stall is taken as it is.
  if (setting.isOver) return true;
  const name = `${number}-again`;
  await play(setting.server, name, fuzzCase).catch(() => (setting.isOver = true));
  const { stallMs } = await lookAt(setting);
  return setting.isOver || stallMs > limits.stallMs;
}

/** Nothing that a case does has a server end well: somebody may have stopped it, who does not come again with the case. */
async function wasStopped({ kind, number, fuzzCase, detail }: Finding, limits: Limits): Promise<boolean> {
  return kind === "exit" && detail.endsWith(endedWell) && !(await failsAnew({ kind, number, fuzzCase }, limits));
}

async function withSmaller(
  finding: Finding,
  before: readonly Finding[],
  { limits, shrinkSeconds = 0 }: FuzzOptions,
): Promise<Finding> {
  const { kind, number, fuzzCase } = finding;
  if (before.some((other) => other.kind === kind && other.fuzzCase.what === fuzzCase.what)) return finding;
  const fails = (smaller: FuzzCase): Promise<boolean> => failsAnew({ kind, number, fuzzCase: smaller }, limits);
  const smaller = await shrunk(fuzzCase, fails, AbortSignal.timeout(shrinkSeconds * 1000));
  return smaller === fuzzCase ? finding : { ...finding, smaller };
}

/** Whether a case fails in that way on a server of its own. */
async function failsAnew(
  { kind, number, fuzzCase }: Pick<Finding, "kind" | "number" | "fuzzCase">,
  limits: Limits,
): Promise<boolean> {
  const setting = await open();
  try {
    await setStage(setting);
    const { findings } = await performed(setting, number, fuzzCase, limits);
    return findings.some((finding) => finding.kind === kind);
  } finally {
    await close(setting);
  }
}

async function open(): Promise<Setting> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-fuzz-"));
  writeFileSync(join(directory, "pawl.config.json"), "{}");
  const server = await startServer({ directory, keep: /"level":"error"/ });
  if (server === undefined) throw new Error("Nobody asked the server to end.");
  const observer = startObserver();
  observer.watch(server);
  await observer.look();
  return { server, observer, directory, isOver: false };
}

async function lookAt({ observer }: Setting): Promise<Look> {
  const told = await observer.look();
  return { stallMs: longestStallMs(told), peakBytes: told.residentBytes };
}

async function close({ server, observer, directory }: Setting): Promise<void> {
  await server.kill();
  await observer.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function setStage({ server }: Setting): Promise<void> {
  for (const request of stage) await sendRequest(server.url, request);
}

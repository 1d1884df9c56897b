// The runtimes of Lambda that a function module can be run as.
import type { ModuleTarget } from "../config.ts";

export type NodeRuntime = ModuleTarget["runtime"];

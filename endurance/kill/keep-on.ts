// A client of an endurance run, which goes through its scenario again and again.
import { CutOff } from "../lives.ts";
import type { Scenario } from "./scenarios.ts";
import type { World } from "./world.ts";

/** Rounds of one client until the run drains. */
export async function keepOn(
  world: World,
  { scenario, client }: { readonly scenario: Scenario; readonly client: number },
  draining: AbortSignal,
): Promise<void> {
  for (let round = 0; !draining.aborted; round++) {
    try {
      await scenario.live(world, `${scenario.name}-${client}-${round}`);
    } catch (error) {
      if (error instanceof CutOff) return;
      throw error;
    }
  }
}

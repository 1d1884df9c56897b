// The network between simulated nodes: calls are refused, lost on their way there or back, and come late where a node stands still.
// They travel as text, as between real nodes.
import { longestAnswerMs, longestRunMs, type Peers } from "../../cluster/peers.ts";
import { errorReceived, errorToSend, PeerAnswerLostError, PeerRefusedError } from "../../cluster/peer-errors.ts";
import { decodeArguments, decodeValue, encodeValue } from "../../cluster/peer-values.ts";
import type { SimulatedWorld } from "../simulated-world.ts";
import type { ClusterFaults } from "./cluster-faults.ts";
import type { NodeLife } from "./node-life.ts";

export interface Reached {
  readonly life: NodeLife;
  readonly perform: (method: string, args: readonly unknown[]) => Promise<unknown>;
}

export interface SimulatedNetwork {
  readonly world: SimulatedWorld;
  readonly faults: ClusterFaults;
  readonly find: (nodeId: string) => Reached | undefined;
}

export function peersOf(life: NodeLife, network: SimulatedNetwork): Peers {
  const { world, faults, find } = network;
  return {
    async call(to, method, args) {
      await life.pass();
      const text = encodeValue(args);
      await world.pause(5);
      const reached = find(to.id);
      if (reached === undefined || reached.life.isDead || faults.happens("callRefused"))
        throw new PeerRefusedError(`${to.id} was drawn to be out of reach.`);
      if (faults.happens("callLost")) return lost(network, life);
      const answer = answered(reached, method, text);
      const { promise: late, callOff } = lateness(world, longestAnswerMs + longestRunMs(method));
      const heard = await Promise.race([answer, late, reached.life.died]);
      callOff();
      if (typeof heard === "string" || faults.happens("answerLost")) return lost(network, life);
      await life.pass();
      if ("error" in heard) throw errorReceived(heard.error, to.id);
      return decodeValue(heard.value);
    },
  };
}

type Answer = { readonly value: string } | { readonly error: unknown };

async function answered({ life, perform }: Reached, method: string, text: string): Promise<Answer> {
  await life.pass();
  try {
    const value = encodeValue(await perform(method, decodeArguments(text)));
    await life.pass();
    return { value };
  } catch (error) {
    await life.pass();
    return { error: errorToSend(error) };
  }
}

async function lost({ world }: SimulatedNetwork, life: NodeLife): Promise<never> {
  await world.pause(longestAnswerMs);
  await life.pass();
  throw new PeerAnswerLostError("The answer of a node was drawn to be lost.");
}

function lateness(
  { clock }: SimulatedWorld,
  patienceMs: number,
): { readonly promise: Promise<"late">; readonly callOff: () => void } {
  const { promise, resolve } = Promise.withResolvers<"late">();
  return { promise, callOff: clock.callAfter(patienceMs, () => resolve("late")) };
}

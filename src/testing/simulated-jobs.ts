// How a simulated process looks at jobs and stops them: calls take their time, are refused now and then, and die with it.
import type { JobLook, JobService, SubmittedJob } from "../engine/effect.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

export const drawnTrouble = "The service was drawn to say no.";

export function simulatedJobs(world: SimulatedWorld, mayDie: () => boolean): JobService {
  const refused = () => ({ kind: "unavailable", message: drawnTrouble, isThrottled: world.random() < 0.5 }) as const;
  const called = async <Answer>(signal: AbortSignal, answer: () => Answer) => {
    if (mayDie()) return new Promise<never>(() => undefined);
    await world.patience(signal);
    const drawn = world.random() < 0.1 ? refused() : answer();
    return mayDie() ? new Promise<never>(() => undefined) : drawn;
  };
  return {
    look: (job, signal) => called(signal, () => lookAt(world, job)),
    stop: (job, signal) =>
      called(signal, () => {
        world.jobs.stop(job);
        return { kind: "done" } as const;
      }),
  };
}

function lookAt({ jobs, outcomeOf }: SimulatedWorld, job: SubmittedJob): JobLook {
  if (!jobs.hasEnded(job)) return { kind: "running" };
  const outcome = outcomeOf(job);
  return outcome.kind === "submitted" ? { kind: "running" } : { kind: "ended", outcome };
}

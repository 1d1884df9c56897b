// The clock of one simulated machine: time passes for all alike, but each machine's wall clock can be set.
import type { Clock } from "../../runtime/clock.ts";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
  callOff: () => void;
}

export class NodeClock implements Clock {
  readonly #time: Clock;
  readonly #alarms = new Set<Alarm>();
  #setForwardMs = 0;

  constructor(time: Clock) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now() + this.#setForwardMs;
  }

  callAfter(ms: number, callback: () => void): () => void {
    return this.#time.callAfter(ms, callback);
  }

  callAt(at: number, callback: () => void): () => void {
    const alarm: Alarm = { at, callback, callOff: () => undefined };
    this.#alarms.add(alarm);
    this.#set(alarm);
    return () => {
      this.#alarms.delete(alarm);
      alarm.callOff();
    };
  }

  /** Sets the wall clock forward, or back by a negative number. */
  jump(ms: number): void {
    this.#setForwardMs += ms;
    for (const alarm of this.#alarms) {
      alarm.callOff();
      this.#set(alarm);
    }
  }

  #set(alarm: Alarm): void {
    alarm.callOff = this.#time.callAt(alarm.at - this.#setForwardMs, () => {
      this.#alarms.delete(alarm);
      alarm.callback();
    });
  }
}

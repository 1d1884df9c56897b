// Bytes that are held for clients of whom nothing is known but that they take their time: of requests that are not read to
// their end, and of answers that nobody reads. Where there would be too many, the one that has been held longest gives way, so
// that a flood of slow clients takes nothing from those that send and read at once.

/** Smaller ones give way last: they free little, and ordinary requests are small. */
const small = 16 * 1024;

export interface Holding {
  /** @param bytes held from now on in all. It, or others, may be told to give way meanwhile. */
  hold(bytes: number): void;
  /** To be called at its end, as often as one likes. */
  release(): void;
}

interface Held {
  bytes: number;
  readonly giveWay: () => void;
}

/** The holdings of one owner, the oldest first. */
interface Owner {
  bytes: number;
  readonly all: Set<Held>;
}

export class HeldBytes {
  readonly #most: number;
  readonly #owners = new Map<string, Owner>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param name the owner; among several the one that holds most gives way first.
   * @param giveWay called once, when it is not held any more, unless it was released before.
   */
  open(name: string, giveWay: () => void): Holding {
    const held: Held = { bytes: 0, giveWay };
    return {
      hold: (bytes) => {
        this.#set(name, held, bytes);
        while (this.#bytes > this.#most && this.#giveWay()) continue;
      },
      release: () => this.#set(name, held, 0),
    };
  }

  #set(name: string, held: Held, bytes: number): void {
    const owner = this.#owners.get(name) ?? { bytes: 0, all: new Set() };
    const more = bytes - held.bytes;
    held.bytes = bytes;
    owner.bytes += more;
    this.#bytes += more;
    if (bytes > 0) owner.all.add(held);
    else owner.all.delete(held);
    if (owner.all.size > 0) this.#owners.set(name, owner);
    else this.#owners.delete(name);
  }

  /** @returns false when nothing is held. */
  #giveWay(): boolean {
    let greediest: readonly [name: string, owner: Owner] | undefined;
    for (const each of this.#owners)
      if (greediest === undefined || each[1].bytes > greediest[1].bytes) greediest = each;
    if (greediest === undefined) return false;
    const [name, { all }] = greediest;
    const victim = firstLarge(all) ?? all.values().next().value;
    if (victim === undefined) return false;
    this.#set(name, victim, 0);
    victim.giveWay();
    return true;
  }
}

function firstLarge(all: ReadonlySet<Held>): Held | undefined {
  for (const held of all) if (held.bytes > small) return held;
  return undefined;
}

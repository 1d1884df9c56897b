// Which activities exist, known without asking the store: a Task fails at once when its activity does not.
import { activityArn, type ArnSpace, parseStatesArn } from "../../aws/arn.ts";
import type { Catalogue } from "../../store/catalogue.ts";

const pageSize = 1_000;

interface Change {
  readonly name: string;
  readonly isThere: boolean;
}

export class KnownActivities {
  #names = new Set<string>();
  /** Own changes while the names are read: the pages may have been read before them. */
  #changes: Change[] | undefined;
  #reading: Promise<void> = Promise.resolve();
  readonly #arns: ArnSpace;

  constructor(arns: ArnSpace) {
    this.#arns = arns;
  }

  /** Reads the names anew; the old ones hold until then. */
  load(catalogue: Pick<Catalogue, "listActivities">): Promise<void> {
    const reading = this.#reading.then(() => this.#read(catalogue));
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #read(catalogue: Pick<Catalogue, "listActivities">): Promise<void> {
    const names = new Set<string>();
    const changes: Change[] = [];
    this.#changes = changes;
    for (let after: string | undefined; ;) {
      const page = await catalogue.listActivities({ limit: pageSize, after });
      for (const { name } of page) names.add(name);
      after = page.at(-1)?.name;
      if (page.length < pageSize) break;
    }
    this.#names = names;
    for (const change of changes) this.#note(change);
    this.#changes = undefined;
  }

  has(arn: string): boolean {
    const parts = parseStatesArn(arn);
    return parts?.kind === "activity" && this.#names.has(parts.name) && activityArn(this.#arns, parts.name) === arn;
  }

  /**
   * The catalogue, watched for activities that come and go.
   * @param tell has others know as well, who may be asked next.
   */
  watch(
    catalogue: Catalogue,
    tell: () => Promise<void> = () => Promise.resolve(),
  ): Pick<Catalogue, "createActivity" | "deleteActivity"> {
    return {
      createActivity: async (activity) => {
        await catalogue.createActivity(activity);
        this.#change({ name: activity.name, isThere: true });
        await tell();
      },
      deleteActivity: async (name) => {
        await catalogue.deleteActivity(name);
        this.#change({ name, isThere: false });
        await tell();
      },
    };
  }

  #change(change: Change): void {
    this.#changes?.push(change);
    this.#note(change);
  }

  #note({ name, isThere }: Change): void {
    if (isThere) this.#names.add(name);
    else this.#names.delete(name);
  }
}

// Which activities exist, known without asking the store: a Task fails at once when its activity does not.
import { activityArn, type ArnSpace, parseStatesArn } from "../../aws/arn.ts";
import type { Catalogue } from "../../store/catalogue.ts";

const pageSize = 1_000;

export class KnownActivities {
  readonly #names = new Set<string>();
  readonly #arns: ArnSpace;

  constructor(arns: ArnSpace) {
    this.#arns = arns;
  }

  async load(catalogue: Catalogue): Promise<void> {
    for (let after: string | undefined; ;) {
      const page = await catalogue.listActivities({ limit: pageSize, after });
      for (const { name } of page) this.#names.add(name);
      after = page.at(-1)?.name;
      if (page.length < pageSize) return;
    }
  }

  has(arn: string): boolean {
    const parts = parseStatesArn(arn);
    return parts?.kind === "activity" && this.#names.has(parts.name) && activityArn(this.#arns, parts.name) === arn;
  }

  /** The catalogue, watched for activities that come and go. */
  watch(catalogue: Catalogue): Pick<Catalogue, "createActivity" | "deleteActivity"> {
    return {
      createActivity: async (activity) => {
        await catalogue.createActivity(activity);
        this.#names.add(activity.name);
      },
      deleteActivity: async (name) => {
        await catalogue.deleteActivity(name);
        this.#names.delete(name);
      },
    };
  }
}

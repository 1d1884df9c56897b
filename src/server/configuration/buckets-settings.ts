// The setting of local folders that stand for buckets: `buckets`.
import { path } from "./kinds.ts";
import { isMembers, type Kind, kindOf, refuse, show } from "./walk.ts";

const example = '{ "orders": "./data/orders" }';
const folder = path("Give the name of a folder.");

/** Absolute paths of folders by the names of the buckets that they stand for. */
export const buckets: Kind<ReadonlyMap<string, string>> = {
  is: "object",
  read(value, place) {
    if (!isMembers(value)) return refuse(kindOf(value), `Make it an object, such as ${example}.`, place);
    const folders = new Map<string, string>();
    for (const [name, given] of Object.entries(value)) {
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}$/.test(name)) {
        const advice = "Names of buckets have letters, digits, dots, hyphens and underscores.";
        place.report(`${place.name} has the bucket ${show(name.slice(0, 64))}. ${advice}`);
        continue;
      }
      const read = folder.read(given, { ...place, name: `${place.name}.${name}` });
      if (read !== undefined) folders.set(name, read);
    }
    return folders;
  },
};

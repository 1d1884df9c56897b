// Writes the program as a container image has it: what package.json ships but the documentation, and of node_modules what runs
// for it: node scripts/containers/write-program.ts <folder>. A build in dist/ and the packages that it runs with are wanted.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  /** A package for another system, say, that is not installed here. */
  readonly optional?: boolean;
}
type Lock = Readonly<Record<string, LockedPackage>>;

/** Declarations, maps and tests are read by tools alone; the compile cache is for one user's Node.js. */
const isNeeded = (path: string): boolean =>
  !/\.d\.[cm]?ts$|\.map$|\.test\.js$/.test(path) && !["compile-cache", ".pawl-setup"].includes(basename(path));

/**
 * @param from the clone.
 * @param to a folder that is not there yet, or empty.
 */
export function writeProgram({ from, to }: { readonly from: string; readonly to: string }): void {
  mkdirSync(to, { recursive: true });
  for (const name of ["package.json", "LICENSE", "dist", "examples", "models"])
    cpSync(realpathSync(join(from, name)), join(to, name), { recursive: true, filter: isNeeded });
  const { packages } = JSON.parse(readFileSync(join(from, "package-lock.json"), "utf8")) as { readonly packages: Lock };
  for (const path of pathsOfPackages(packages)) {
    const folder = join(from, path);
    if (packages[path]?.optional === true && !existsSync(folder)) continue;
    cpSync(folder, join(to, path), {
      recursive: true,
      // Packages within packages are found by themselves.
      filter: (file) => isNeeded(file) && file !== join(folder, "node_modules"),
    });
  }
}

/** The places in node_modules of all packages that Pawl needs to run, directly or not, as Node.js finds them. */
function pathsOfPackages(lock: Lock): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (path: string, { dependencies, optionalDependencies, ...peers }: LockedPackage): void => {
    const wanted = Object.keys(peers.peerDependencies ?? {}).filter(
      (name) => peers.peerDependenciesMeta?.[name]?.optional !== true,
    );
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...wanted]) {
      const place = placeOf(name, path, lock);
      if (found.has(place)) continue;
      found.add(place);
      look(place, lock[place] ?? {});
    }
  };
  look("", { dependencies: lock[""]?.dependencies ?? {} });
  return found;
}

/** @param from the package that asks for it. */
function placeOf(name: string, from: string, lock: Lock): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const place = [folder, "node_modules", name].filter((part) => part !== "").join("/");
    if (lock[place] !== undefined) return place;
    if (folder === "") throw new Error(`package-lock.json does not tell where ${from} finds ${name}.`);
  }
}

if (import.meta.main) {
  const [to] = process.argv.slice(2);
  if (to === undefined) throw new Error("Name the folder: node scripts/containers/write-program.ts image");
  writeProgram({ from: dirname(dirname(import.meta.dirname)), to: resolve(to) });
}

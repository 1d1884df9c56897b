// The file tree that the Dockerfile describes, made from its own COPY lines without an engine: what a line names has to be there
// and be let through by .dockerignore. Packages are those that are installed, and dist/ is as it was built.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, matchesGlob, posix, relative } from "node:path";
import { writeProgram } from "./write-program.ts";

export interface Instruction {
  readonly name: string;
  readonly words: string;
}

export interface Stage {
  /** The image that it begins with, its arguments filled in. */
  readonly from: string;
  readonly as: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** @throws when a line is none of those that this reader knows, so that nothing is overlooked. */
export function readDockerfile(text: string): readonly Stage[] {
  const known = /^(ARG|FROM|RUN|COPY|WORKDIR|ENV|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD)\s+(\S.*)$/s;
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  const args = new Map<string, string>();
  const stages: { from: string; as: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of lines.filter((each) => each.trim() !== "")) {
    const [, name = "", words = ""] = known.exec(line) ?? [];
    if (name === "") throw new Error(`This line of the Dockerfile is not understood: ${line}`);
    if (name === "FROM") {
      const [from = "", as] = words.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? "").split(" AS ");
      stages.push({ from, as, instructions: [] });
    } else if (stages.length === 0) args.set(...(words.split("=", 2) as [string, string]));
    else stages.at(-1)?.instructions.push({ name, words });
  }
  return stages;
}

export interface TreeOptions {
  /** The clone. */
  readonly from: string;
  /** A folder that is empty. Gets a folder for each stage, by its name; the last one is `image`. */
  readonly to: string;
  /** A Node.js for that of the base image. */
  readonly node: string;
}

/** @returns the root of the image's own files; those of its base are not there. */
export function writeImageTree({ from, to, node }: TreeOptions): string {
  const stages = readDockerfile(readFileSync(join(from, "Dockerfile"), "utf8"));
  const isIgnored = readIgnore(readFileSync(join(from, ".dockerignore"), "utf8"));
  for (const { as = "image", instructions } of stages) {
    const root = join(to, as);
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    if (as === "build") cpSync(node, join(root, "usr/local/bin/node"));
    let workingDirectory = "/";
    for (const { name, words } of instructions) {
      if (name === "WORKDIR") workingDirectory = posix.join(workingDirectory, words);
      if (name === "COPY") copy(words, { from, to, root, workingDirectory, isIgnored });
      if (name === "RUN" && words.includes("write-program.ts"))
        runWriteProgram(words, join(root, workingDirectory), from);
    }
  }
  return join(to, "image");
}

interface Copying {
  readonly from: string;
  readonly to: string;
  readonly root: string;
  readonly workingDirectory: string;
  readonly isIgnored: (path: string) => boolean;
}

function copy(words: string, { from, to, root, workingDirectory, isIgnored }: Copying): void {
  const parts = words.split(/\s+/);
  const [, stage] = /^--from=(\w+)$/.exec(parts[0] ?? "") ?? [];
  const paths = stage === undefined ? parts : parts.slice(1);
  const target = paths.at(-1) ?? "";
  const source = stage === undefined ? from : join(to, stage);
  for (const path of paths.slice(0, -1)) {
    const file = join(source, path);
    if (!existsSync(file)) throw new Error(`COPY ${words}: there is no ${path}.`);
    if (stage === undefined && isIgnored(path)) throw new Error(`COPY ${words}: .dockerignore leaves ${path} out.`);
    const place = join(root, posix.resolve(workingDirectory, target), target.endsWith("/") ? posix.basename(path) : "");
    cpSync(file, place, {
      recursive: true,
      filter: (each) => stage !== undefined || !isIgnored(relative(source, each)),
    });
  }
}

/** As `docker build` reads it: the last pattern that matches a path, or a folder above it, decides. */
function readIgnore(text: string): (path: string) => boolean {
  const patterns = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return (path) => {
    const above = path.split("/").map((_, depth, names) => names.slice(0, depth + 1).join("/"));
    const decides = patterns.findLast((pattern) => above.some((each) => matchesGlob(each, pattern.replace(/^!/, ""))));
    return decides !== undefined && !decides.startsWith("!");
  };
}

/** The build itself is left out: its result is what the clone has in dist/. */
function runWriteProgram(words: string, folder: string, clone: string): void {
  const [, target = ""] = /write-program\.ts (\S+)$/.exec(words) ?? [];
  if (!existsSync(join(folder, "scripts/containers/write-program.ts")))
    throw new Error(`RUN ${words}: no such script.`);
  for (const made of ["dist", "node_modules"]) symlinkSync(join(clone, made), join(folder, made));
  writeProgram({ from: folder, to: join(folder, target) });
}

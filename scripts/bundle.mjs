// Bundles the compiled program in place: a start that reads a few files takes half as long as one that reads 400 and links
// them. What begins by itself (threads, processes of functions) stays as the compiler wrote it.
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";

/** What the program begins with. A command is loaded when it is called, so each has files of its own. */
const entries = ["cli/program.js", "server/start-server.js"];

/** @param folder where the compiler wrote the program. */
export async function bundle(folder) {
  await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outdir: folder,
    outbase: folder,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[hash]",
    format: "esm",
    platform: "node",
    target: "node24",
    packages: "external",
    logLevel: "warning",
    plugins: [placesOf(folder)],
  });
}

/** Modules find files by where they are: in the bundle, by where they were. All of its files lie in folders of the first level. */
function placesOf(folder) {
  return {
    name: "places",
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        const other = /import\.meta\.(?!url\b)\w+/.exec(source);
        if (other !== null)
          return { errors: [{ text: `${other[0]} has another value in the bundle: use import.meta.url` }] };
        const place = relative(folder, path).split(sep).join("/");
        const url = `new URL(${JSON.stringify(join("..", place))}, import.meta.url).href`;
        return { contents: source.replaceAll("import.meta.url", url), loader: "js" };
      });
    },
  };
}

// Memory does not grow with what is read: each format is read in a process that has too little for the whole file.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { folderBucket } from "../../testing/map-data.ts";

const count = 200_000;
const filler = "x".repeat(280);

const formats = [
  {
    key: "a.csv",
    line: (id: number) => `${id},"${filler}"\n`,
    head: "id,text\n",
    tail: "",
    config: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
  },
  {
    key: "a.jsonl",
    line: (id: number) => `{"id":${id},"text":"${filler}"}\n`,
    head: "",
    tail: "",
    config: { InputType: "JSONL" },
  },
  {
    key: "a.json",
    line: (id: number) => `${id === 0 ? "" : ","}{"id":${id},"text":"${filler}"}\n`,
    head: '{"a":[',
    tail: "]}",
    config: { InputType: "JSON", ItemsPointer: "/a" },
  },
] as const;

for (const { key, line, head, tail, config } of formats) {
  for (const ending of key === "a.csv" ? ["", ".gz"] : [""]) {
    test(`${count} items of 60 MB in ${key}${ending} are read with a heap of 24 MB`, async (t) => {
      const { folder } = folderBucket(t);
      const file = createWriteStream(join(folder, `${key}${ending}`));
      const write = async (text: string): Promise<void> => {
        if (!file.write(ending === "" ? text : gzipSync(text, { level: 1 }))) await once(file, "drain");
      };
      await write(head);
      for (let id = 0; id < count; id += 1000)
        await write(Array.from({ length: 1000 }, (_, index) => line(id + index)).join(""));
      await write(tail);
      file.end();
      await once(file, "close");
      assert.equal(await itemsReadBy(folder, { key: `${key}${ending}`, config }), `${count}\n`);
    });
  }
}

/** The words of a process of its own that has read all items. */
async function itemsReadBy(folder: string, reader: { readonly key: string; readonly config: object }): Promise<string> {
  const code = `
    import { localFolders } from "./local-folder.ts";
    import { sourceOpener } from "../readers/open-source.ts";
    const buckets = localFolders(new Map([["b", ${JSON.stringify(folder)}]]));
    const { key: Key, config } = ${JSON.stringify(reader)};
    const { signal } = new AbortController();
    const resource = "arn:aws:states:::s3:getObject";
    const source = await sourceOpener(buckets)({ resource, arguments: { Bucket: "b", Key }, config }, signal);
    let items = 0;
    for await (const chunk of source.read(0, signal)) items += chunk.length;
    console.log(items);
  `;
  const options = ["--max-old-space-size=24", "--max-semi-space-size=2", "--input-type=module-typescript", "-e", code];
  const child = spawn(process.execPath, options, {
    cwd: join(import.meta.dirname, "..", "buckets"),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => said.push(piece));
  await once(child, "close");
  return Buffer.concat(said).toString();
}

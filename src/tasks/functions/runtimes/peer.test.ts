import assert from "node:assert/strict";
import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { isOwnPeer, ownerIn } from "./peer.ts";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const rowOf = (local: string, remote: string, uid: number): string =>
  `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${String(uid).padStart(4)}        0 1681 1 0 100\n`;
const connection = { remoteAddress: "127.0.0.1", remotePort: 0xc001, localAddress: "127.0.0.1", localPort: 0xa127 };
const [client, server] = ["0100007F:C001", "0100007F:A127"];
const mapped = "0000000000000000FFFF0000";

const rows: readonly (readonly [what: string, text: string, owner: number | undefined])[] = [
  ["by the row of the other end", head + rowOf(server, client, 7) + rowOf(client, server, 1000), 1000],
  ["also among the addresses of IPv6", head + rowOf(mapped + client, mapped + server, 1000), 1000],
  ["not by another address with the same ports", head + rowOf("0200007F:C001", server, 7), undefined],
  ["not by another port", head + rowOf("0100007F:C002", server, 7), undefined],
];
for (const [what, text, owner] of rows) {
  test(`the user of a connection is known ${what}`, () => {
    assert.equal(ownerIn(text, connection), owner);
  });
}

const user = process.getuid?.() ?? 0;
const other = user + 1;
const listed = (text: string | undefined) => (path: string) =>
  Promise.resolve(path.endsWith("tcp6") ? text : text && head);

test("only connections of the own user and of root are answered, and all where nobody can tell", async () => {
  const skip = process.getuid === undefined;
  if (skip) return;
  assert.equal(await isOwnPeer(connection, listed(head + rowOf(client, server, user))), true);
  assert.equal(await isOwnPeer(connection, listed(head + rowOf(client, server, 0))), true);
  assert.equal(await isOwnPeer(connection, listed(head + rowOf(client, server, other))), false);
  assert.equal(await isOwnPeer(connection, listed(head)), false);
  assert.equal(await isOwnPeer(connection, listed(undefined)), true);
});

test("a real connection of this process is its own", async (t) => {
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => listening.once("connection", resolve));
  const socket = connect((listening.address() as AddressInfo).port, "127.0.0.1");
  t.after(() => {
    socket.destroy();
    listening.close();
  });
  assert.equal(await isOwnPeer(await accepted), true);
});

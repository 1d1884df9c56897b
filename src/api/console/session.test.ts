// Sessions: only a right login begins one, only the server can make or change its cookie, and it ends in time.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import type { AccessKey } from "../authentication.ts";
import { ApiError } from "../errors.ts";
import { sessionCookie, Sessions } from "./session.ts";

const hourMs = 60 * 60 * 1000;
const admin: AccessKey = { accessKeyId: "admin", secretAccessKey: "s3cret-s3cret-s3cret" };
const reader: AccessKey = {
  accessKeyId: "reader",
  secretAccessKey: "another-another-1",
  allow: [{ actions: ["states:List*", "states:Describe*"] }],
};
const arnSpace = { partition: "aws", region: "us-east-1", account: "123456789012" };

function sessionsAt(
  time: { now: number },
  keys: readonly AccessKey[] = [admin, reader],
  secret = "of the store",
): Sessions {
  return new Sessions({ keys, arnSpace, secret, now: () => time.now });
}

function withCookie(cookie: string): IncomingMessage {
  return { headers: { cookie } } as unknown as IncomingMessage;
}

function refusal(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return error.name;
  }
}

test("a login with the right secret begins a session of twelve hours, which outlasts the process", () => {
  const time = { now: 1_000 };
  const [session, token] = sessionsAt(time).begin({ ...reader }, "a");
  assert.equal(session.expiresAt, time.now + 12 * hourMs);
  assert.ok(session.actions.includes("ListExecutions") && !session.actions.includes("StartExecution"));
  assert.equal(session.userArn, "arn:aws:iam::123456789012:user/reader");
  const later = sessionsAt(time);
  const read = later.of(withCookie(`other=1; pawl-session=${token}`));
  assert.equal(read?.accessKeyId, "reader");
  assert.equal(read?.caller.permits("StartExecution", "x"), false);
  time.now += 12 * hourMs;
  assert.equal(later.of(withCookie(`pawl-session=${token}`)), undefined);
});

test("a session ends with its key, with the secret that it began with and with the store", () => {
  const time = { now: 1_000 };
  const [, token] = sessionsAt(time).begin(admin, "a");
  const cookie = withCookie(`pawl-session=${token}`);
  assert.ok(sessionsAt(time, [admin]).of(cookie));
  assert.equal(sessionsAt(time, [reader]).of(cookie), undefined);
  assert.equal(sessionsAt(time, [{ ...admin, secretAccessKey: "s3cret-s3cret-s3creT" }]).of(cookie), undefined);
  assert.equal(sessionsAt(time, [admin], "of another store").of(cookie), undefined);
});

test("a cookie that was changed anywhere is none", () => {
  const time = { now: 1_000 };
  const sessions = sessionsAt(time);
  const [, token] = sessions.begin(reader, "a");
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === "A" ? "B" : "A";
    const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
    assert.equal(sessions.of(withCookie(`pawl-session=${changed}`)), undefined, String(at));
  }
  for (const bad of ["", "x", `${token}=`, `${token}A`, token.slice(0, -1), ` ${token} x`, "%00", "A".repeat(10_000)])
    assert.equal(sessions.of(withCookie(`pawl-session=${bad}`)), undefined, bad.slice(0, 40));
  assert.ok(sessions.of(withCookie(`pawl-session=; pawl-session=${token}`)), "another one before it does no harm");
  assert.ok(!token.includes("reader") && !Buffer.from(token, "base64url").includes("reader"));
});

test("a wrong secret and an unknown key are refused alike, and only so often", () => {
  const time = { now: 1_000 };
  const sessions = sessionsAt(time);
  const wrong = { accessKeyId: "admin", secretAccessKey: "s3cret-s3cret-s3cre" };
  const tries = [wrong, { ...admin, accessKeyId: "nobody" }, { ...admin, secretAccessKey: "" }, reader];
  const given = { ...reader, secretAccessKey: admin.secretAccessKey };
  for (const login of [...tries.slice(0, 3), given])
    assert.equal(
      refusal(() => sessions.begin(login, "a")),
      "UnrecognizedClientException",
    );
  for (let n = 0; n < 6; n++) refusal(() => sessions.begin(wrong, "a"));
  assert.equal(
    refusal(() => sessions.begin(admin, "a")),
    "ThrottlingException",
  );
  assert.equal(
    refusal(() => sessions.begin(admin, "b")),
    undefined,
    "others are not held up",
  );
  time.now += 5_000;
  assert.equal(
    refusal(() => sessions.begin(admin, "a")),
    undefined,
  );
  assert.equal(
    refusal(() => sessions.begin(admin, "a")),
    "ThrottlingException",
  );
  time.now -= 100_000;
  assert.equal(
    refusal(() => sessions.begin(admin, "a")),
    "ThrottlingException",
  );
  time.now += 5_000;
  assert.equal(
    refusal(() => sessions.begin(admin, "a")),
    undefined,
    "a clock that is set back locks nobody out",
  );
});

test("the cookie is out of reach of scripts and of other sites, and of plain connections where there is TLS", () => {
  const plain = sessionCookie("t", { headers: {} } as unknown as IncomingMessage);
  assert.equal(plain, "pawl-session=t; Path=/console; Max-Age=43200; HttpOnly; SameSite=Strict");
  const behindTls = { headers: { "x-forwarded-proto": "https" } } as unknown as IncomingMessage;
  assert.equal(
    sessionCookie(undefined, behindTls),
    "pawl-session=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict; Secure",
  );
});

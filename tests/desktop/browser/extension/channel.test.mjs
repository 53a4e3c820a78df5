// The extension's end of chan/1 against the vectors that the window's end is held to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fromBase64, lp, toBase64 } from "../../../../desktop/browser/extension/channel/bytes.js";
import { Channel } from "../../../../desktop/browser/extension/channel/channel.js";

const vectors = JSON.parse(readFileSync(new URL("../../../../docs/channel-vectors.json", import.meta.url), "utf8"));
const PKCS8 = { Ed25519: "302e020100300506032b657004220420", X25519: "302e020100300506032b656e04220420" };
const secrets = vectors.secrets;

const utf8 = (text) => new TextEncoder().encode(text);
const fromHex = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));

async function keyOf(algorithm, seed, use) {
  const key = await crypto.subtle.importKey("pkcs8", fromHex(PKCS8[algorithm] + seed), algorithm, true, [use]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  return { privateKey: key, publicKey: new Uint8Array(Buffer.from(x, "base64url")) };
}

async function extension(mode) {
  const identity = await keyOf("Ed25519", secrets.ext_seed, "sign");
  const desk = await keyOf("Ed25519", secrets.desk_seed, "sign");
  const drawn = { ...(await keyOf("X25519", secrets.eph_E, "deriveBits")), nonce: fromHex(secrets.n_E) };
  const known = { pairing: "00112233445566778899aabbccddeeff", deskPub: desk.publicKey };
  return new Channel(vectors.origin, identity, mode === "resume" ? known : undefined, async () => drawn);
}

/** Say what the vectors have the extension say, and take what they have the window say. */
async function replay(mode) {
  const channel = await extension(mode);
  const { frames, to_desktop: messages } = vectors[mode];
  const own = [await channel.hello()];
  const came = [];
  let sealing = false;
  for (const [by, frame] of frames) {
    if (by === "desktop") {
      const taken = await channel.take(JSON.parse(frame));
      own.push(...(taken.send ?? []));
      came.push(taken);
      continue;
    }
    if (!own.length && !sealing) {
      sealing = true;
      for (const message of messages) own.push(await channel.seal(utf8(message)));
    }
    assert.equal(JSON.stringify(own.shift()), frame);
  }
  return { channel, came };
}

for (const mode of ["pair", "resume"]) {
  test(`every frame to ${mode} is the vectors' own, both ways`, async () => {
    const { channel, came } = await replay(mode);
    assert.ok(channel.isOpen);
    const heard = came.map((taken) => taken.message).filter((message) => message !== undefined);
    assert.deepEqual(heard, vectors[mode].to_extension);
  });
}

test("the digits and the window are those of the vectors", async () => {
  const { came } = await replay("pair");
  assert.equal(came.find((taken) => taken.code)?.code, vectors.pair.code);
  const desk = await keyOf("Ed25519", secrets.desk_seed, "sign");
  const kept = { pairing: "00112233445566778899aabbccddeeff", deskPub: desk.publicKey };
  assert.deepEqual(came.find((taken) => taken.paired)?.paired, kept);
});

const DESK = vectors.resume.frames.filter(([by]) => by === "desktop").map(([, frame]) => JSON.parse(frame));

async function resumed() {
  const channel = await extension("resume");
  await channel.hello();
  await channel.take(DESK[0]);
  await channel.take(DESK[1]);
  return channel;
}

test("a window with another key is not the one that was kept, and is told nothing", async () => {
  const channel = await extension("resume");
  await channel.hello();
  const other = { ...DESK[0], desk_pub: toBase64(new Uint8Array(32).fill(7)) };
  await assert.rejects(channel.take(other), { code: "desk" });
});

test("a window that cannot sign is refused, whatever key it names", async () => {
  const channel = await extension("resume");
  await channel.hello();
  await channel.take(DESK[0]);
  const sig = fromBase64(DESK[1].sig);
  sig[0] ^= 1;
  await assert.rejects(channel.take({ t: "auth", sig: toBase64(sig) }), { code: "auth" });
});

test("T6: a frame that comes twice, out of its order or changed ends the session", async () => {
  const [first, second] = DESK.slice(2);
  for (const [frames, code] of [
    [[first, first], "counter"],
    [[second], "counter"],
    [[{ ...first, c: toBase64(fromBase64(first.c).reverse()) }], "sealed"],
    [[{ ...second, n: 0 }], "sealed"],
  ]) {
    const channel = await resumed();
    for (const frame of frames.slice(0, -1)) await channel.take(frame);
    await assert.rejects(channel.take(frames.at(-1)), { code });
    await assert.rejects(channel.seal(utf8("after")), { code: "no_session" });
    assert.equal(channel.isOpen, false);
  }
});

/** The base64 of a message that the window of the vectors sealed first. */
async function sealedFirst(message) {
  const key = await crypto.subtle.importKey("raw", fromHex(vectors.resume.d2e), "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: utf8("data") };
  return toBase64(new Uint8Array(await crypto.subtle.encrypt(how, key, utf8(message))));
}

for (const [padding, message, spare] of [["==", "abc", 4], ["=", "a", 2], ["", "ab", 0]]) {
  test(`T6: of a sealed frame that ends in "${padding}" no other text of the same bytes is taken`, async () => {
    const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const c = await sealedFirst(message);
    const whole = c.replace(/=*$/, "");
    assert.equal(c, whole + padding);
    const last = signs.indexOf(whole.at(-1));
    const flipped = Array.from({ length: 2 ** spare - 1 }, (_, bits) => whole.slice(0, -1) + signs[last + bits + 1] + padding);
    for (const other of flipped) assert.ok(Buffer.from(other, "base64").equals(Buffer.from(c, "base64")), other);
    for (const other of [...flipped, ` ${c}`, `${c}\n`, ...(padding ? [whole] : [`${c}=`])]) {
      const channel = await resumed();
      await assert.rejects(channel.take({ t: "data", n: 0, c: other }), { code: "sealed" }, JSON.stringify(other));
      assert.equal(channel.isOpen, false);
    }
    assert.equal((await (await resumed()).take({ t: "data", n: 0, c })).message, message);
  });
}

test("nothing is sealed before the window was heard, nor taken out of turn", async () => {
  const channel = await extension("pair");
  await assert.rejects(channel.seal(utf8("too early")), { code: "no_session" });
  await channel.hello();
  await assert.rejects(channel.take(DESK[1]), { code: "message" });
});

test("what the window says of an error is kept with its code", async () => {
  const channel = await extension("pair");
  await channel.hello();
  await assert.rejects(channel.take({ t: "error", code: "not_pairing", n: 5, message: "Not now." }), {
    code: "not_pairing",
    message: "Not now.",
  });
});

test("keys that are drawn are new each time, and never leave", async () => {
  const identity = await keyOf("Ed25519", secrets.ext_seed, "sign");
  const hellos = new Set();
  for (let round = 0; round < 3; round++) hellos.add((await new Channel(vectors.origin, identity).hello()).commit);
  assert.equal(hellos.size, 3);
});

test("base64 has one text for its bytes", () => {
  assert.deepEqual(fromBase64("AAEC"), Uint8Array.of(0, 1, 2));
  for (const wrong of ["AA=", "AAE", "AB==", "AA==\n", 7, null]) assert.throws(() => fromBase64(wrong));
  const long = new Uint8Array(100_000).map((_, at) => at);
  assert.deepEqual(fromBase64(toBase64(long)), long);
  assert.deepEqual(lp("é", Uint8Array.of()), Uint8Array.of(0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 0));
});

// The window's end of chan/1 for tests of the link, a host's port to it, and the extension's database in memory: Node has no
// IndexedDB. The channel itself is the real one.

import { fromBase64, joined, lp, toBase64 } from "../../../../desktop/browser/extension/channel/bytes.js";

const { subtle } = crypto;
const raw = async (key) => new Uint8Array(await subtle.exportKey("raw", key));
const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));
const iv = (n) => { const made = new Uint8Array(12); new DataView(made.buffer).setBigUint64(4, BigInt(n)); return { name: "AES-GCM", iv: made, additionalData: new TextEncoder().encode("data") }; };
export const ORIGIN = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";
export const PAIRING = "0".repeat(32);

export async function identity() {
  const pair = await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  return { publicKey: await raw(pair.publicKey), privateKey: pair.privateKey };
}

/** A window that resumes every session, and answers what it is said by `answer(message)`: a message, or nothing. */
export class Window {
  heard = [];
  connections = 0;

  constructor(key, answer) { [this.key, this.answer] = [key, answer]; }

  /** A port as the browser gives one; `end` is what the browser does when the host is gone. */
  connect = () => {
    this.connections++;
    const listeners = { message: [], gone: [] };
    let turn = Promise.resolve();
    const session = { sent: 0, received: 0 };
    const say = (frame) => queueMicrotask(() => port.open && listeners.message.forEach((each) => each(frame)));
    const port = {
      open: true,
      postMessage: (frame) => { if (!port.open) throw new Error("Attempting to use a disconnected port object"); turn = turn.then(() => port.open && this.#take(session, JSON.parse(JSON.stringify(frame)), say, seal)).catch(() => say({ t: "error", code: "sealed", n: 12, message: "" })); },
      disconnect: () => { port.open = false; },
      end: () => { port.open = false; listeners.gone.forEach((each) => each()); },
      onMessage: { addListener: (each) => listeners.message.push(each) },
      onDisconnect: { addListener: (each) => listeners.gone.push(each) },
    };
    this.port = port;
    const seal = (this.seal = async (message) => {
      const n = session.sent++;
      const c = await subtle.encrypt(iv(n), session.d2e, new TextEncoder().encode(typeof message === "string" ? message : JSON.stringify(message)));
      return { t: "data", n, c: toBase64(new Uint8Array(c)) };
    });
    this.say = async (message) => say(await this.seal(message));
    this.sayRaw = say;
    say({ t: "status", desktop: this.desktop ?? "running" });
    if (this.refusal) say({ t: "error", code: this.refusal, n: 0, message: "" });
    return port;
  };

  async #take(session, frame, say, seal) {
    if (frame.t === "hello") return this.#hello(session, frame, say);
    if (frame.t === "auth") return;
    if (frame.t !== "data" || frame.n !== session.received) return say({ t: "error", code: "counter", n: 13, message: "" });
    session.received++;
    const message = JSON.parse(new TextDecoder().decode(await subtle.decrypt(iv(frame.n), session.e2d, fromBase64(frame.c))));
    this.heard.push(message);
    const told = await this.answer(message);
    for (const each of [told].flat().filter(Boolean)) say(await seal(each));
  }

  async #hello(session, hello, say) {
    if (this.refusal) return; // whoever was refused already is answered nothing more
    if (hello.mode !== "resume" || hello.pairing !== PAIRING) return say({ t: "error", code: "unknown_pairing", n: 9, message: "" });
    const pair = await subtle.generateKey("X25519", false, ["deriveBits"]);
    const [eph, nonce] = [await raw(pair.publicKey), crypto.getRandomValues(new Uint8Array(32))];
    const [ext, ephE, nE] = [hello.ext_pub, hello.eph_E, hello.n_E].map((each) => fromBase64(each));
    const transcript = await sha256(lp("chan/1", "1", "resume", PAIRING, ORIGIN, ext, new Uint8Array(), this.key.publicKey, eph, nonce, ephE, nE));
    const other = await subtle.importKey("raw", ephE, "X25519", false, []);
    const base = await subtle.importKey("raw", await subtle.deriveBits({ name: "X25519", public: other }, pair.privateKey, 256), "HKDF", false, ["deriveKey"]);
    const key = (way, use) => subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: transcript, info: new TextEncoder().encode(`chan/1 ${way}`) }, base, { name: "AES-GCM", length: 256 }, false, [use]);
    Object.assign(session, { sent: 0, received: 0, e2d: await key("e2d", "decrypt"), d2e: await key("d2e", "encrypt") });
    say({ t: "hello", desk_pub: toBase64(this.key.publicKey), eph_D: toBase64(eph), n_D: toBase64(nonce) });
    const sig = await subtle.sign("Ed25519", this.key.privateKey, joined(new TextEncoder().encode("chan/1 desktop\0"), transcript));
    say({ t: "auth", sig: toBase64(new Uint8Array(sig)) });
  }
}

/** What the link needs of the database, in memory. */
export class Kept {
  waits = new Map();
  followed = [];

  constructor(own, desk) { [this.own, this.known] = [own, desk]; }

  identity = async () => this.own;
  desk = async () => this.known;
  keepDesk = async (desk) => void (this.known = desk);
  forgetDesk = async () => void (this.known = undefined);
  outbox = async () => [...this.waits.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  next = async () => (await this.outbox()).find((each) => !each.held && !this.waits.has(each.capture ?? ""));
  arrived = async (item) => { this.waits.delete(item.id); this.followed.push(item); };
  note = async (id, noted) => void this.waits.set(id, { ...this.waits.get(id), ...noted });
  put = (...waiting) => waiting.forEach((each) => this.waits.set(each.id, each));
}

// The extension's end of chan/1 (docs/bridge-protocol.md): frames in, frames out. Knows nothing of the browser's own
// interfaces but its cryptography, so that it runs in Node too.

import { fromBase64, joined, lp, toBase64 } from "./bytes.js";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const AAD = new TextEncoder().encode("data");
const LAST_COUNTER = Number.MAX_SAFE_INTEGER;

/**
 * Who this extension is: a key that never leaves the browser, and its public half, 32 raw bytes.
 * @typedef {{publicKey: Uint8Array<ArrayBuffer>, privateKey: CryptoKey}} Identity
 *
 * A window that this browser was connected to: the pairing's 32 hex digits and the window's public key.
 * @typedef {{pairing: string, deskPub: Uint8Array<ArrayBuffer>}} Desk
 *
 * What is drawn for one handshake.
 * @typedef {{privateKey: CryptoKey, publicKey: Uint8Array<ArrayBuffer>, nonce: Uint8Array<ArrayBuffer>}} Drawn
 *
 * A frame, which the browser writes as JSON: its keys stand in the order of the protocol's page.
 * @typedef {Record<string, string | number>} Frame
 *
 * What came of a frame: frames to be sent; the digits to show; the window that is to be kept; a message of the session;
 * that the session is open.
 * @typedef {{send?: Frame[], code?: string, paired?: Desk, message?: string, open?: boolean}} Taken
 */

/** The handshake or session has ended; `code` is one of the protocol's table, or "desk" for a window that is another. */
export class ChannelError extends Error {
  /**
   * @param {string} code
   * @param {string} [message]
   */
  constructor(code, message) {
    super(message ?? code);
    this.code = code;
  }
}

/** One connection: a handshake, and the session after it. Make a new one for each. */
export class Channel {
  /** @type {"new" | "hello" | "reveal" | "auth" | "waiting" | "open" | "ended"} */
  #step = "new";
  /** @type {Uint8Array<ArrayBuffer>} */
  #commit = new Uint8Array();
  /** @type {Drawn | undefined} */
  #drawn;
  /** @type {Uint8Array<ArrayBuffer>} */
  #deskPub = new Uint8Array();
  /** @type {Uint8Array<ArrayBuffer>} */
  #transcript = new Uint8Array();
  /** @type {CryptoKey | undefined} */
  #sealing;
  /** @type {CryptoKey | undefined} */
  #opening;
  #sent = 0;
  #received = 0;

  /**
   * @param {string} origin `chrome-extension://` + id + `/`
   * @param {Identity} identity
   * @param {Desk} [desk] the window to come back to; without one, to pair
   * @param {() => Promise<Drawn>} [draw]
   */
  constructor(origin, identity, desk, draw = drawn) {
    this.origin = origin;
    this.identity = identity;
    this.desk = desk;
    this.draw = draw;
  }

  get isOpen() {
    return this.#step === "open";
  }

  /**
   * The first frame.
   * @returns {Promise<Frame>}
   */
  async hello() {
    const own = (this.#drawn = await this.draw());
    this.#step = "hello";
    const fields = { t: "hello", v: 1, mode: this.#mode, ext_pub: toBase64(this.identity.publicKey) };
    if (this.desk) {
      const keys = { eph_E: toBase64(own.publicKey), n_E: toBase64(own.nonce) };
      return { ...fields, pairing: this.desk.pairing, ...keys };
    }
    this.#commit = await sha256(lp("chan/1 commit", own.publicKey, own.nonce));
    return { ...fields, commit: toBase64(this.#commit) };
  }

  /**
   * Take one frame of the window's; frames have to be taken one after the other.
   * @param {any} frame the parsed JSON
   * @returns {Promise<Taken>}
   */
  async take(frame) {
    try {
      return await this.#take(frame);
    } catch (error) {
      this.#step = "ended";
      throw error instanceof ChannelError ? error : new ChannelError("message", String(error));
    }
  }

  /**
   * The frame for the UTF-8 bytes of one message of the session. What is sealed first has to be sent first.
   * @param {Uint8Array<ArrayBuffer>} message
   * @returns {Promise<Frame>}
   */
  async seal(message) {
    if (this.#step !== "open" || !this.#sealing) throw new ChannelError("no_session");
    if (this.#sent > LAST_COUNTER) throw new ChannelError("counter");
    const n = this.#sent++;
    const sealed = await crypto.subtle.encrypt(how(n), this.#sealing, message);
    return { t: "data", n, c: toBase64(new Uint8Array(sealed)) };
  }

  get #mode() {
    return this.desk ? "resume" : "pair";
  }

  /**
   * @param {any} frame
   * @returns {Promise<Taken>}
   */
  async #take(frame) {
    if (frame?.t === "error") throw new ChannelError(String(frame.code), String(frame.message));
    if (frame?.t === "hello" && this.#step === "hello") return this.#heard(frame);
    if (frame?.t === "auth" && this.#step === "auth") return this.#proven(frame);
    if (frame?.t === "data" && (this.#step === "waiting" || this.#step === "open")) return this.#opened(frame);
    throw new ChannelError("message");
  }

  /**
   * @param {any} frame
   * @returns {Promise<Taken>}
   */
  async #heard(frame) {
    const own = this.#drawn;
    if (!own) throw new ChannelError("message");
    this.#deskPub = fromBase64(frame.desk_pub, KEY_BYTES);
    if (this.desk && toBase64(this.desk.deskPub) !== frame.desk_pub) throw new ChannelError("desk");
    const ephemeral = fromBase64(frame.eph_D, KEY_BYTES);
    const nonce = fromBase64(frame.n_D, KEY_BYTES);
    const who = [this.#mode, this.desk?.pairing ?? "", this.origin, this.identity.publicKey, this.#commit];
    const drawnKeys = [this.#deskPub, ephemeral, nonce, own.publicKey, own.nonce];
    this.#transcript = await sha256(lp("chan/1", "1", ...who, ...drawnKeys));
    [this.#sealing, this.#opening] = await sessionKeys(own.privateKey, ephemeral, this.#transcript);
    this.#step = "auth";
    if (this.desk) return {};
    return { send: [{ t: "reveal", eph_E: toBase64(own.publicKey), n_E: toBase64(own.nonce) }] };
  }

  /**
   * @param {any} frame
   * @returns {Promise<Taken>}
   */
  async #proven(frame) {
    const key = await crypto.subtle.importKey("raw", this.#deskPub, "Ed25519", false, ["verify"]);
    const signed = joined(new TextEncoder().encode("chan/1 desktop\0"), this.#transcript);
    const signature = fromBase64(frame.sig, SIGNATURE_BYTES);
    if (!(await crypto.subtle.verify("Ed25519", key, signature, signed))) throw new ChannelError("auth");
    const own = joined(new TextEncoder().encode("chan/1 extension\0"), this.#transcript);
    const sig = new Uint8Array(await crypto.subtle.sign("Ed25519", this.identity.privateKey, own));
    const send = [{ t: "auth", sig: toBase64(sig) }];
    if (this.desk) {
      this.#step = "open";
      return { send, open: true };
    }
    this.#step = "waiting";
    const number = new DataView(this.#transcript.buffer).getUint32(0) % 1_000_000;
    return { send, code: String(number).padStart(6, "0") };
  }

  /**
   * @param {any} frame
   * @returns {Promise<Taken>}
   */
  async #opened(frame) {
    if (frame.n !== this.#received) throw new ChannelError("counter");
    if (!this.#opening) throw new ChannelError("no_session");
    /** @type {ArrayBuffer} */
    let bytes;
    try {
      bytes = await crypto.subtle.decrypt(how(frame.n), this.#opening, fromBase64(frame.c));
    } catch {
      throw new ChannelError("sealed");
    }
    this.#received++;
    const message = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (this.#step === "open") return { message };
    const told = JSON.parse(message);
    if (told?.t !== "paired" || !/^[0-9a-f]{32}$/.test(told.pairing)) throw new ChannelError("message");
    this.#step = "open";
    return { paired: { pairing: told.pairing, deskPub: this.#deskPub }, open: true };
  }
}

/** @returns {Promise<Drawn>} */
async function drawn() {
  const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey("X25519", false, ["deriveBits"]));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, publicKey, nonce: crypto.getRandomValues(new Uint8Array(KEY_BYTES)) };
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/**
 * The keys to seal and to open with.
 * @param {CryptoKey} own
 * @param {Uint8Array<ArrayBuffer>} other
 * @param {Uint8Array<ArrayBuffer>} transcript
 */
async function sessionKeys(own, other, transcript) {
  const publicKey = await crypto.subtle.importKey("raw", other, "X25519", false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: publicKey }, own, 256);
  if (new Uint8Array(shared).every((byte) => byte === 0)) throw new ChannelError("key");
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  /**
   * @param {string} way
   * @param {KeyUsage} use
   */
  const derived = (way, use) => {
    const info = new TextEncoder().encode(`chan/1 ${way}`);
    const parameters = { name: "HKDF", hash: "SHA-256", salt: transcript, info };
    return crypto.subtle.deriveKey(parameters, base, { name: "AES-GCM", length: 256 }, false, [use]);
  };
  return Promise.all([derived("e2d", "encrypt"), derived("d2e", "decrypt")]);
}

/** @param {number} counter */
function how(counter) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(4, BigInt(counter));
  return { name: "AES-GCM", iv, additionalData: AAD };
}

// What the extension keeps in the browser, in IndexedDB: who it is, the window it belongs to, the capture that is being
// looked over, and the outbox. Every change is one transaction, so that a worker may be stopped at any moment.

/**
 * @typedef {import("../channel/channel.js").Identity} Identity
 * @typedef {import("../channel/channel.js").Desk} Desk
 *
 * A capture that a person has sent: the bytes of its message as first written, their SHA-256 in hex, and what the
 * panel shows of it. `refusal` is what the window said where it would not keep it; `held` keeps it from being sent again.
 * @typedef {{id: string, bytes: Uint8Array<ArrayBuffer>, sha256: string, at: string, origin: string, beginning: string,
 *   refusal?: {code: string, message: string}, held?: boolean}} Waiting
 *
 * What the window has on its disk; no text of it stays here.
 * @typedef {{id: string, origin: string, at: string}} Delivered
 */

const NAME = "preceptor";
const VERSION = 1;

/** @param {IDBFactory} [factory] */
export function openDatabase(factory = indexedDB) {
  const asked = factory.open(NAME, VERSION);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("kept"); // by name
    asked.result.createObjectStore("outbox", { keyPath: "id" }); // UUIDv7: in order of their times
  };
  return done(asked).then((database) => new Database(database));
}

export class Database {
  /** @type {Promise<Identity> | undefined} */
  #identity;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /**
   * The key of this extension in this browser, made at its first use; its private half cannot be read out.
   * @returns {Promise<Identity>}
   */
  identity() {
    this.#identity ??= this.#find();
    return this.#identity;
  }

  /** @returns {Promise<Desk | undefined>} */
  desk() {
    return this.#get("desk");
  }

  /** @param {Desk} desk */
  keepDesk(desk) {
    return this.#change((kept) => void kept.put(desk, "desk"));
  }

  forgetDesk() {
    return this.#change((kept) => void kept.delete("desk"));
  }

  /** @returns {Promise<import("./captures.js").Draft | undefined>} */
  draft() {
    return this.#get("draft");
  }

  /** @param {import("./captures.js").Draft} draft */
  keepDraft(draft) {
    return this.#change((kept) => void kept.put(draft, "draft"));
  }

  forgetDraft() {
    return this.#change((kept) => void kept.delete("draft"));
  }

  /** @returns {Promise<Delivered | undefined>} */
  delivered() {
    return this.#get("delivered");
  }

  /**
   * Put a capture into the outbox in its draft's place; one that is there stays as it was first written.
   * @param {Waiting} waiting
   */
  send(waiting) {
    return this.#change((kept, outbox) => {
      outbox.add(waiting);
      kept.delete("draft");
    });
  }

  /** @returns {Promise<Waiting[]>} */
  outbox() {
    return done(this.database.transaction("outbox").objectStore("outbox").getAll());
  }

  /**
   * The window has this one on its disk: the outbox forgets it.
   * @param {Delivered} delivered
   */
  arrived(delivered) {
    return this.#change((kept, outbox) => {
      outbox.delete(delivered.id);
      kept.put(delivered, "delivered");
    });
  }

  /**
   * Note why a capture waits, where it still does.
   * @param {string} id
   * @param {Pick<Waiting, "refusal" | "held">} noted
   */
  note(id, noted) {
    return this.#change((_, outbox) => {
      const asked = outbox.get(id);
      asked.onsuccess = () => {
        const { refusal, held, ...rest } = asked.result ?? {};
        if (asked.result) outbox.put({ ...rest, ...noted });
      };
    });
  }

  /** @param {string} id */
  forget(id) {
    return this.#change((_, outbox) => void outbox.delete(id));
  }

  async #find() {
    const known = await this.#get("identity");
    if (known) return known;
    const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]));
    const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const made = { publicKey, privateKey: pair.privateKey };
    await this.#change((kept) => void kept.add(made, "identity"));
    return made;
  }

  /** @param {string} name */
  #get(name) {
    return done(this.database.transaction("kept").objectStore("kept").get(name));
  }

  /** @param {(kept: IDBObjectStore, outbox: IDBObjectStore) => void} change */
  #change(change) {
    const transaction = this.database.transaction(["kept", "outbox"], "readwrite", { durability: "strict" });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore("kept"), transaction.objectStore("outbox"));
    });
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} asked
 * @returns {Promise<T>}
 */
function done(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

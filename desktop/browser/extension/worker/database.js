// What the extension keeps in the browser, in IndexedDB: who it is, the window it belongs to, the capture that is being
// looked over, and the outbox. Every change is one transaction, so that a worker may be stopped at any moment. It is on the
// disk when it is done, but for what the window tells, which it tells again.

import { isJudged } from "../judge/judging.js";

/**
 * @typedef {import("../channel/channel.js").Identity} Identity
 * @typedef {import("../channel/channel.js").Desk} Desk
 *
 * A capture that a person has sent: the bytes of its message as first written, their SHA-256 in hex, and what the
 * panel shows of it. `refusal` is what the window said where it would not keep it; `held` keeps it from being sent again.
 * @typedef {{id: string, bytes: Uint8Array<ArrayBuffer>, sha256: string, at: string, origin: string, beginning: string,
 *   refusal?: {code: string, message: string}, held?: boolean, capture?: string}} Waiting
 * With `capture` it is a verdict on that capture, which goes first.
 *
 * What the window has on its disk, with how far it has come as far as is known; no text of it stays here.
 * @typedef {{id: string, origin: string, at: string, state: string}} Item
 */

const NAME = "preceptor";
const VERSION = 1;
const MOST_ITEMS = 20; // that are followed
const MOST_WISHES = 20; // to delete everything, that are known as done

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
  /** The outbox's rows as they were shown last, without their bytes. @type {Map<string, Waiting>} */
  #rows = new Map();
  /** What was written last into an outbox that held nothing else: the next one, until anything changes. @type {Waiting | undefined} */
  #alone;
  /** How many changes were begun. */
  #changes = 0;

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

  /**
   * Since when this browser is connected, as a time; "" where that was not noted.
   * @returns {Promise<string>}
   */
  async since() {
    return (await this.#get("since")) ?? "";
  }

  /**
   * @param {Desk} desk
   * @param {string} at
   */
  keepDesk(desk, at) {
    return this.#change((kept) => {
      kept.put(desk, "desk");
      kept.put(at, "since");
    });
  }

  forgetDesk() {
    return this.#change((kept) => {
      kept.delete("desk");
      kept.delete("since");
    });
  }

  /** @returns {Promise<import("./captures.js").Draft | undefined>} */
  draft() {
    return this.#get("draft");
  }

  /** @param {import("./captures.js").Draft} draft */
  keepDraft(draft) {
    return this.#change((kept) => void kept.put(draft, "draft"));
  }

  /**
   * Drafts that gave way to another one, the last first.
   * @returns {Promise<import("./captures.js").Draft[]>}
   */
  async aside() {
    return (await this.#get("aside")) ?? [];
  }

  /**
   * Have a draft, or none, in the place of the one that is looked over, and those set aside that are to be there.
   * @param {import("./captures.js").Draft | undefined} draft
   * @param {import("./captures.js").Draft[]} aside
   */
  keepDrafts(draft, aside) {
    return this.#change((kept) => {
      kept.put(aside, "aside");
      if (draft) kept.put(draft, "draft");
    });
  }

  forgetDraft() {
    return this.#change((kept) => void kept.delete("draft"));
  }

  /**
   * The rubric of the window's project, as it was told last.
   * @returns {Promise<import("../judge/rubrics.js").Rubric | undefined>}
   */
  rubric() {
    return this.#get("rubric");
  }

  /**
   * Keep the rubric of the window's project. What was begun to be judged by the one before is judged by that one to its end.
   * @param {import("../judge/rubrics.js").Rubric} rubric
   */
  async keepRubric(rubric) {
    await this.#change((kept) => {
      /** @type {[string, (value: any, before: any) => any][]} */
      const kinds = [["draft", withRubric], ["aside", (drafts, before) => drafts.map((/** @type {any} */ each) => withRubric(each, before))]];
      const known = kept.get("rubric");
      known.onsuccess = () => {
        kept.put(rubric, "rubric");
        if (!known.result || known.result.sha256 === rubric.sha256) return;
        for (const [name, how] of kinds) {
          const asked = kept.get(name);
          asked.onsuccess = () => asked.result && kept.put(how(asked.result, known.result), name);
        }
      };
    });
  }

  /**
   * What arrived lately, the last first.
   * @returns {Promise<Item[]>}
   */
  async items() {
    return (await this.#get("items")) ?? [];
  }

  /**
   * Note how far items have come; one that the window does not know is followed no more.
   * @param {Map<string, string>} states
   * @param {string[]} asked
   */
  noteStates(states, asked) {
    return this.#changeItems((items) =>
      items
        .filter(({ id }) => states.has(id) || !asked.includes(id))
        .map((item) => ({ ...item, state: states.get(item.id) ?? item.state })),
    );
  }

  /**
   * Put a capture into the outbox in its draft's place, and after it what was said about it; one that is there stays as
   * it was first written.
   * @param {Waiting[]} waiting
   */
  async send(...waiting) {
    let count = 0;
    const change = this.#change((kept, outbox) => {
      for (const each of waiting) outbox.add(each);
      kept.delete("draft");
      const asked = outbox.count();
      asked.onsuccess = () => (count = asked.result);
    });
    const last = this.#changes;
    await change;
    if (count === waiting.length && last === this.#changes) this.#alone = waiting[0]; // what was begun since may have deleted it
    for (const each of waiting) this.#rows.set(each.id, withoutBytes(each));
  }

  /**
   * All that a panel shows, of one moment and in one transaction. Of the outbox's bytes it has only their length, and a
   * row that did not change is read once, so that a long outbox is shown as fast as a short one.
   * @returns {Promise<{draft?: import("./captures.js").Draft, desk?: Desk, outbox: Waiting[], items: Item[],
   *   rubric?: import("../judge/rubrics.js").Rubric, since: string, aside: import("./captures.js").Draft[]}>}
   */
  async shown() {
    const transaction = this.database.transaction(["kept", "outbox"]);
    const kept = transaction.objectStore("kept");
    const names = ["draft", "desk", "items", "rubric", "since", "aside"];
    const asked = [...names.map((name) => done(kept.get(name))), this.#shownRows(transaction.objectStore("outbox"))];
    const [draft, desk, items, rubric, since, aside, outbox] = /** @type {any[]} */ (await Promise.all(asked));
    return { draft, desk, outbox, items: items ?? [], rubric, since: since ?? "", aside: aside ?? [] };
  }

  /** @param {IDBObjectStore} outbox */
  async #shownRows(outbox) {
    const keys = /** @type {string[]} */ (await done(outbox.getAllKeys()));
    const before = this.#rows;
    const rows = await Promise.all(keys.map((key) => before.get(key) ?? done(outbox.get(key)).then(withoutBytes)));
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    return rows;
  }

  /** @returns {Promise<Waiting[]>} */
  outbox() {
    return done(this.database.transaction("outbox").objectStore("outbox").getAll());
  }

  /**
   * The oldest that may be sent: not held, and a verdict only when its capture has gone. Reads no other's bytes but those
   * before it, so that a long outbox costs no more than a short one.
   * @returns {Promise<Waiting | undefined>}
   */
  async next() {
    if (this.#alone) return this.#alone;
    const outbox = this.database.transaction("outbox").objectStore("outbox");
    return new Promise((resolve, reject) => {
      const asked = outbox.openCursor();
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => {
        const at = asked.result;
        if (!at) return resolve(undefined);
        const { capture, held } = at.value;
        if (held) return at.continue();
        if (!capture) return resolve(at.value);
        const before = outbox.count(capture);
        before.onsuccess = () => (before.result ? at.continue() : resolve(at.value));
      };
    });
  }

  /**
   * The window has this one on its disk: the outbox forgets it, and a capture is followed from now on. Not waited for
   * until it is on this disk too: where a fall of the computer brings it back, it is sent and acknowledged again.
   * @param {{id: string, origin: string, at: string, capture?: string}} arrived
   */
  arrived({ id, origin, at, capture }) {
    return this.#changeItems(
      (items) => (capture ? items : [{ id, origin, at, state: "waiting" }, ...items].slice(0, MOST_ITEMS)),
      (outbox) => outbox.delete(id),
      "relaxed",
    );
  }

  /**
   * Note why a capture waits, where it still does.
   * @param {string} id
   * @param {Pick<Waiting, "refusal" | "held">} noted
   */
  async note(id, noted) {
    await this.#change((_, outbox) => {
      const asked = outbox.get(id);
      asked.onsuccess = () => {
        const { refusal, held, ...rest } = asked.result ?? {};
        if (asked.result) outbox.put({ ...rest, ...noted });
      };
    });
    this.#rows.delete(id);
  }

  /**
   * Delete something from the outbox, a capture with what was said about it.
   * @param {string} id
   */
  forget(id) {
    return this.#change((_, outbox) => {
      outbox.delete(id);
      const asked = outbox.getAll();
      asked.onsuccess = () => asked.result.forEach((each) => each.capture === id && outbox.delete(each.id));
    });
  }

  /**
   * Delete all captures, what was said about them, and what is known of those that arrived; who this is stays. One wish is done
   * once, also where it is said again: what was taken since is not deleted by it.
   * @param {string} wish
   * @returns {Promise<boolean>} whether it was done now
   */
  async forgetAll(wish) {
    let now = false;
    await this.#change((kept, outbox) => {
      const asked = kept.get("wishes");
      asked.onsuccess = () => {
        const wishes = /** @type {string[]} */ (asked.result ?? []);
        now = !wishes.includes(wish);
        if (!now) return;
        outbox.clear();
        for (const name of ["draft", "aside", "items", "delivered", "rubric"]) kept.delete(name);
        kept.put([wish, ...wishes].slice(0, MOST_WISHES), "wishes");
      };
    });
    return now;
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

  /**
   * @param {(items: Item[]) => Item[]} how
   * @param {(outbox: IDBObjectStore) => void} also
   * @param {IDBTransactionDurability} durability
   */
  #changeItems(how, also = () => {}, durability = "strict") {
    return this.#change((kept, outbox) => {
      also(outbox);
      const asked = kept.get("items");
      asked.onsuccess = () => kept.put(how(asked.result ?? []), "items");
    }, durability);
  }

  /**
   * @param {(kept: IDBObjectStore, outbox: IDBObjectStore) => void} change
   * @param {IDBTransactionDurability} durability
   */
  #change(change, durability = "strict") {
    this.#alone = undefined;
    this.#changes++;
    const transaction = this.database.transaction(["kept", "outbox"], "readwrite", { durability });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore("kept"), transaction.objectStore("outbox"));
    });
  }
}

/**
 * A draft with the rubric by which something was said of it, where that is this one.
 * @param {import("./captures.js").Draft} draft
 * @param {import("../judge/rubrics.js").Rubric} rubric
 * @returns {import("./captures.js").Draft}
 */
function withRubric(draft, rubric) {
  const said = [draft.judging, ...Object.values(draft.said ?? {})];
  return !draft.rubric && said.some((each) => each?.rubric === rubric.sha256 && isJudged(each)) ? { ...draft, rubric } : draft;
}

/**
 * @param {Waiting} row
 * @returns {Waiting}
 */
function withoutBytes({ bytes, ...rest }) {
  return { ...rest, bytes: /** @type {any} */ ({ length: bytes.length }) };
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

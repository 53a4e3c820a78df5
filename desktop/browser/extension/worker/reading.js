// Reads a tab, after a person's gesture in it: the content script is run for this once, and says what it finds.

import { CaptureError } from "./captures.js";
import { titleOf } from "./titles.js";

// each before those that take from it
const FILES = [
  ...["page/typeset.js", "page/formulas.js", "page/marks.js", "page/pieces.js", "page/marked.js", "page/nodes.js", "page/code.js"],
  ...["page/tables.js", "page/markdown.js", "page/plain.js", "page/places.js", "page/read.js", "page/look.js"],
];
const FINDING = ["page/find.js"];
const LOADED_MS = 2_000; // so long a page is waited for that is still coming; then what has come is read
const ANSWER_MS = 20_000; // and so long it may stand still, or ask something; how long it is read is its length's
const MARK_MS = 5_000;

/**
 * What the page of a tab offers, and what the browser says of the tab: no title that tells its address. Where the page has gone
 * on to another address since its words were read, it is read once more.
 * @param {number} tabId
 */
export async function readTab(tabId) {
  const rules = await (await fetch(chrome.runtime.getURL("rules.json"))).json();
  const found = (await readOnce(tabId, rules.sites)) ?? (await readOnce(tabId, rules.sites).catch(() => undefined));
  if (!found) throw new CaptureError("page_changed");
  return found;
}

/**
 * What comes of something, or of `late` after so long.
 * @template T, L
 * @param {Promise<T>} done
 * @param {number} ms
 * @param {() => L} late
 * @returns {Promise<T | L>}
 */
function inTime(done, ms, late) {
  /** @type {any} */
  let timer;
  const waited = new Promise((over) => (timer = setTimeout(over, ms))).then(late);
  return Promise.race([done, waited]).finally(() => clearTimeout(timer));
}

/**
 * Run our files in a page once it is there, or in what has come of it by now. Raises CaptureError "silent".
 * @param {chrome.scripting.InjectionTarget} target
 * @param {string[]} files
 */
function inject(target, files) {
  const atOnce = () => chrome.scripting.executeScript({ target, files, injectImmediately: true });
  const injected = inTime(chrome.scripting.executeScript({ target, files }), LOADED_MS, atOnce);
  return inTime(injected, ANSWER_MS, () => { throw new CaptureError("silent"); });
}

/**
 * Undefined where the browser says by now that the page is at another address than the one at which its words stood.
 * @param {number} tabId
 * @param {object[]} sites
 */
async function readOnce(tabId, sites) {
  const target = { tabId };
  try {
    await inject(target, FILES);
  } catch (error) {
    throw error instanceof CaptureError ? error : new CaptureError("not_readable");
  }
  const func = /** @type {any} */ (readIn);
  const results = await chrome.scripting.executeScript({ target, func, args: [sites], injectImmediately: true }).catch(() => undefined);
  const found = /** @type {any} */ (results?.[0]?.result);
  if (!found) return undefined; // the page has gone
  if (found.type === "application/pdf") throw new CaptureError("not_readable"); // what is marked in it is the browser's own viewer's
  if (!found.offer) throw new CaptureError("unread");
  const marked = found.isInFrame || !found.offer.turns.length ? await readFrames(tabId, found.isInFrame).catch(() => undefined) : undefined;
  if (found.isShut && !marked && !found.offer.turns.length) throw new CaptureError("in_frame");
  const tab = await chrome.tabs.get(tabId);
  if (!isOneAddress(tab.url, found.at)) return undefined;
  const isItsTitle = Boolean(tab.title) && String(found.title).startsWith(String(tab.title)); // the browser may still have another's
  return { offer: marked ?? found.offer, tab: { ...tab, title: isItsTitle ? titleOf(tab) : "" } };
}

/**
 * What is marked in a frame of the tab's own host, which the gesture opens too; undefined where nothing is.
 * @param {number} tabId
 * @param {boolean} isInOne whether the keyboard is in a frame; what is marked in another one was marked before
 */
async function readFrames(tabId, isInOne) {
  const target = { tabId, allFrames: true };
  await inject(target, FILES);
  const func = /** @type {any} */ (readInFrame);
  const results = await chrome.scripting.executeScript({ target, func, injectImmediately: true });
  const marked = /** @type {any[]} */ (results.map(({ result }) => result).filter(Boolean));
  return (marked.find(({ hasKeys }) => hasKeys) ?? (isInOne ? undefined : marked[0]))?.offer;
}

/**
 * Mark an answer in its page, so that a person sees what was taken, and where it stands in a page that was opened again.
 * A page in which that cannot be done is as good.
 * @param {number} tabId
 * @param {object[]} selectors
 */
export async function markIn(tabId, selectors) {
  const func = /** @type {any} */ (showIn);
  try {
    const marking = inject({ tabId }, FINDING).then(() => chrome.scripting.executeScript({ target: { tabId }, func, args: [selectors], injectImmediately: true }));
    await inTime(marking, MARK_MS, () => undefined);
  } catch (error) {
    console.warn("Not marked:", error);
  }
}

/**
 * Runs in the page's frame, beside its files.
 * @param {object[]} selectors
 */
function showIn(selectors) {
  return globalThis.preceptor.show(document, selectors);
}

/**
 * Runs in the page's frame, beside its files. Without an offer where the page is built so that reading it fails.
 * @param {object[]} sites
 */
async function readIn(sites) {
  try {
    const at = /** @type {HTMLIFrameElement | null} */ (document.activeElement);
    const isInFrame = /^i?frame$/.test(at?.localName ?? "");
    const isShut = isInFrame && !at?.contentDocument; // of another host, or shut in by its page
    return { ...(await globalThis.preceptor.look(document, location.hostname, sites)), isInFrame, isShut, title: document.title, type: document.contentType };
  } catch (error) {
    console.warn("Preceptor cannot read this page:", error);
    return {};
  }
}

/** Runs in each frame: what is marked there, and whether the keyboard is in it. Its places are none of the page's. */
async function readInFrame() {
  if (window === top) return undefined;
  const { turns, ...offer } = (await globalThis.preceptor.look(document, location.hostname, [])).offer;
  if (!turns.length) return undefined;
  let hasKeys = true;
  for (let at = /** @type {Window} */ (window); at !== top; at = at.parent) {
    const cover = at.frameElement;
    const around = /** @type {Document | ShadowRoot | undefined} */ (cover?.getRootNode());
    hasKeys &&= Boolean(cover) && around?.activeElement === cover;
  }
  return { offer: { ...offer, turns: turns.map((/** @type {object} */ turn) => ({ ...turn, selectors: [] })) }, hasKeys };
}

/**
 * Whether two addresses are one, but for a text that the browser was to look for, which a page does not see.
 * @param {string | undefined} one
 * @param {string | undefined} other
 */
function isOneAddress(one = "", other = "") {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [here, there] = [new URL(one), new URL(other)];
  for (const each of [here, there]) {
    each.username = each.password = "";
    each.hash = each.hash.replace(/:~:.*/, "");
  }
  return here.href === there.href;
}

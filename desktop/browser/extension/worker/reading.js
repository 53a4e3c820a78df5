// Reads a tab, after a person's gesture in it: the content script is run for this once, and says what it finds.

import { CaptureError } from "./captures.js";
import { titleOf } from "./titles.js";

// each before those that take from it
const FILES = [
  ...["page/typeset.js", "page/formulas.js", "page/pieces.js", "page/marked.js", "page/nodes.js", "page/code.js", "page/tables.js", "page/markdown.js", "page/plain.js"],
  ...["page/places.js", "page/read.js"],
];
const FINDING = ["page/find.js"];

/**
 * What the page of a tab offers, and what the browser says of the tab: no title that tells its address.
 * @param {number} tabId
 */
export async function readTab(tabId) {
  const before = await chrome.tabs.get(tabId);
  const rules = await (await fetch(chrome.runtime.getURL("rules.json"))).json();
  /** @type {any} */
  let offer;
  try {
    await chrome.scripting.executeScript({ target: { tabId }, files: FILES });
    const func = /** @type {any} */ (readIn);
    const results = await chrome.scripting.executeScript({ target: { tabId }, func, args: [rules.sites] });
    const found = /** @type {any} */ (results[0]?.result);
    offer = ((found.isInFrame || !found.offer.turns.length) && (await readFrames(tabId, found.isInFrame).catch(() => undefined))) || found.offer;
  } catch {
    throw new CaptureError("not_readable");
  }
  const tab = await chrome.tabs.get(tabId);
  if (tab.url !== before.url && !sameOrigin(tab.url, before.url)) throw new CaptureError("page_changed");
  return { offer, tab: { ...tab, title: titleOf(tab) } };
}

/**
 * What is marked in a frame of the tab's own host, which the gesture opens too; undefined where nothing is.
 * @param {number} tabId
 * @param {boolean} isInOne whether the keyboard is in a frame; what is marked in another one was marked before
 */
async function readFrames(tabId, isInOne) {
  const target = { tabId, allFrames: true };
  await chrome.scripting.executeScript({ target, files: FILES });
  const func = /** @type {any} */ (readInFrame);
  const results = await chrome.scripting.executeScript({ target, func });
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
    await chrome.scripting.executeScript({ target: { tabId }, files: FINDING });
    await chrome.scripting.executeScript({ target: { tabId }, func, args: [selectors] });
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
 * Runs in the page's frame, beside its files.
 * @param {object[]} sites
 */
function readIn(sites) {
  const { read, readField } = globalThis.preceptor;
  const isInFrame = /^i?frame$/.test(document.activeElement?.localName ?? "");
  return { offer: readField(document) ?? read(document, location.hostname, sites), isInFrame };
}

/** Runs in each frame: what is marked there, and whether the keyboard is in it. Its places are none of the page's. */
function readInFrame() {
  const { read, readField } = globalThis.preceptor;
  if (window === top) return undefined;
  const { turns, ...offer } = readField(document) ?? read(document, location.hostname, []);
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
 * @param {string | undefined} one
 * @param {string | undefined} other
 */
function sameOrigin(one, other) {
  return Boolean(one && other) && new URL(String(one)).origin === new URL(String(other)).origin;
}

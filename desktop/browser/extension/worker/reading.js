// Reads a tab, after a person's gesture in it: the content script is run for this once, and says what it finds.

import { CaptureError } from "./captures.js";

// each before those that take from it
const FILES = [
  ...["page/typeset.js", "page/formulas.js", "page/pieces.js", "page/nodes.js", "page/code.js", "page/tables.js", "page/markdown.js", "page/plain.js"],
  ...["page/places.js", "page/read.js"],
];
const FINDING = ["page/find.js"];

/**
 * What the page of a tab offers, and what the browser says of the tab.
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
    offer = results[0]?.result;
  } catch {
    throw new CaptureError("not_readable");
  }
  const tab = await chrome.tabs.get(tabId);
  if (tab.url !== before.url && !sameOrigin(tab.url, before.url)) throw new CaptureError("page_changed");
  return { offer, tab };
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
  return globalThis.preceptor.read(document, location.hostname, sites);
}

/**
 * @param {string | undefined} one
 * @param {string | undefined} other
 */
function sameOrigin(one, other) {
  return Boolean(one && other) && new URL(String(one)).origin === new URL(String(other)).origin;
}

// An answer that a person opened again from the window: once the button is pressed in its page, it is the one that is marked
// and taken. The window is told the hash of the page's address, by which it knows a page that it had opened, and no other.

import { choose, isWorkedOn, toHex } from "./captures.js";
import { checkedSelectors, OfferError } from "./offers.js";

/**
 * The message that asks whether a page is one that was opened again, or undefined where it has no address.
 * @param {string} url
 */
export async function askedOf(url) {
  if (!url) return undefined;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(url));
  return { t: "page.find", page: toHex(new Uint8Array(hash)) };
}

/**
 * Where the window says that the answer stands: nothing for another page, or where that cannot be read.
 * @param {any} told
 * @param {string} page
 */
export function selectorsIn(told, page) {
  if (told.page !== page) return [];
  try {
    return checkedSelectors(told.selectors);
  } catch (error) {
    if (error instanceof OfferError) return [];
    throw error;
  }
}

/**
 * The draft with the answer that has these words as its response; as it is where a person worked on it, or none has them.
 * @param {import("./captures.js").Draft} draft
 * @param {import("./offers.js").Selector[]} selectors
 */
export function chosenAgain(draft, selectors) {
  const words = quoteOf(selectors);
  const at = draft.turns.findIndex((turn) => turn.role === "assistant" && words && quoteOf(turn.selectors) === words);
  return at < 0 || at === draft.chosen || isWorkedOn(draft) ? draft : { ...choose(draft, at), instead: { round: draft.round } };
}

/** @param {import("./offers.js").Selector[]} selectors */
function quoteOf(selectors) {
  for (const each of selectors) if (each.type === "TextQuoteSelector") return each.exact;
  return "";
}

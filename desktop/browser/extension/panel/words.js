// Texts of the extension's pages, from _locales: in the browser's language, or the one that a person chose in the options.

export const LANGUAGES = ["en", "de"];

/** @type {Record<string, {message: string, placeholders?: Record<string, {content: string}>}> | undefined} */
let chosen;
const { language: wish } = await chrome.storage.local.get("language");
if (LANGUAGES.includes(wish)) chosen = await (await fetch(chrome.runtime.getURL(`_locales/${wish}/messages.json`))).json();

/**
 * The text of this name, "" where there is none.
 * @param {string} name
 * @param {string[]} values
 */
export function word(name, ...values) {
  if (!chosen) return chrome.i18n.getMessage(name, values);
  const { message = "", placeholders = {} } = Object.hasOwn(chosen, name) ? chosen[name] : {};
  return message.replace(/\$(\w+)\$/gu, (_, place) => {
    const content = placeholders[place.toLowerCase()]?.content ?? "";
    return content.replace(/\$(\d)/u, (_whole, number) => values[Number(number) - 1] ?? "");
  });
}

/** The language of these texts, in which numbers and times are written too; as the browser's user writes them, if it is theirs. */
export const language = navigator.languages.find((each) => each.startsWith(word("languageCode"))) ?? word("languageCode");

const short = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" }); // made once: that takes long

/**
 * A time in few characters.
 * @param {string} at
 */
export function when(at) {
  return short.format(new Date(at));
}

/**
 * The text of this name with a number as the reader's language writes it.
 * @param {string} name
 * @param {number} [number]
 */
export function filled(name, number) {
  return word(name, number === undefined ? "" : number.toLocaleString(language));
}

/**
 * The text for one, or for several.
 * @param {string} name
 * @param {number} number
 */
export function counted(name, number) {
  return filled(number === 1 ? `${name}One` : `${name}Many`, number);
}

/** Put the page's texts where its elements name them. */
export function fillTexts() {
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = word(String(each.getAttribute("data-text")));
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", word(String(each.getAttribute("data-label"))));
  document.documentElement.lang = language;
}

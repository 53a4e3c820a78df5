// Texts of the panel, from _locales.

/**
 * The text of this name, "" where there is none.
 * @param {string} name
 * @param {string[]} values
 */
export function word(name, ...values) {
  return chrome.i18n.getMessage(name, values);
}

/**
 * The text of this name with a number as the reader's language writes it.
 * @param {string} name
 * @param {number} [number]
 */
export function filled(name, number) {
  return word(name, number === undefined ? "" : number.toLocaleString(chrome.i18n.getUILanguage()));
}

/**
 * The text for one, or for several.
 * @param {string} name
 * @param {number} number
 */
export function counted(name, number) {
  return filled(number === 1 ? `${name}One` : `${name}Many`, number);
}

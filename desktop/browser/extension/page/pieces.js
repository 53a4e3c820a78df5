// Pieces of Markdown: text that is read as itself, marks around words, formulas, pictures. Knows no tree of a page.

(() => {
  /**
   * Text that Markdown would read as something else, made to be read as itself; nothing more.
   * @param {string} text
   */
  function escaped(text) {
    return text
      .replace(/\\(?=[\\`*_{}[\]()#+\-.!|<>~$])/g, "\\\\")
      .replace(/`/g, "\\`")
      .replace(/\*(?=\S)|(?<=\S)\*/g, "\\*")
      .replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, "\\_")
      .replace(/~~/g, "\\~~")
      .replace(/\[(?=[^\]]*\]\()/g, "\\[")
      .replace(/<(?=[a-zA-Z/!?])/g, "\\<")
      .replace(/&(?=#?\w+;)/g, "\\&");
  }

  /**
   * One paragraph's text: spaces at its ends and around its line breaks are nothing, and what begins it is no list.
   * @param {string} line
   */
  function tidyLine(line) {
    return line
      .replace(/ {2,}(?!\n)/g, " ")
      .replace(/ *\n[ \t]*/g, "  \n")
      .replace(/^[ \n]+|[ \n]+$/g, "")
      .replace(/^([-+>]|#{1,6})(?=\s)/gm, "\\$1")
      .replace(/^(\d{1,9})([.)])(?=\s)/gm, "$1\\$2")
      .replace(/^(=+|-{2,})$/gm, "\\$1");
  }

  /**
   * @param {string} text
   * @param {string} first
   * @param {string} rest
   */
  function prefixed(text, first, rest) {
    return text
      .split("\n")
      .map((line, at) => (at === 0 ? first : rest) + line)
      .map((line) => line.trimEnd())
      .join("\n");
  }

  /**
   * Marks close to the words, spaces outside of them.
   * @param {string} mark
   * @param {string} text
   */
  function around(mark, text) {
    const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
    return words ? `${before}${mark}${words}${mark}${after}` : text;
  }

  /** @param {string} text */
  function inlineCode(text) {
    if (!text) return "";
    const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    const apart = /^`|`$/.test(text) ? " " : "";
    return `${fence}${apart}${text.replace(/\s+/g, " ")}${apart}${fence}`;
  }

  /** @param {HTMLImageElement} element */
  function image(element) {
    const alt = element.alt ?? "";
    if (/^\p{Emoji_Presentation}|^\p{Emoji}\uFE0F/u.test(alt)) return alt;
    return /^https?:/.test(element.src) ? `![${escaped(alt)}](${safe(element.src)})` : escaped(alt);
  }

  /** @param {string} address */
  function safe(address) {
    return address.replace(/[()\s$]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  }

  /** @param {Element} element */
  function isMath(element) {
    return element.matches(".katex,.katex-display,mjx-container,math,[data-math],script[type^='math/tex']");
  }

  /** @param {Element} element */
  function isDisplayMath(element) {
    if (element.matches(".katex-display,.math-block,math[display=block],mjx-container[display=true]")) return true;
    if (element.matches("script[type*='mode=display']")) return true;
    return Boolean(element.matches(".katex") && element.parentElement?.matches(".katex-display"));
  }

  /** The TeX of a formula, or its text where its source is not in the page. @param {Element} element */
  function texOf(element) {
    const own = element.getAttribute("data-math") ?? element.getAttribute("alttext");
    const noted = element.querySelector("annotation[encoding='application/x-tex'],annotation[encoding='TeX']");
    const inner = element.querySelector("math[alttext]")?.getAttribute("alttext");
    return (own ?? noted?.textContent ?? inner ?? element.textContent ?? "").trim();
  }

  const pieces = { escaped, tidyLine, prefixed, around, inlineCode, image, safe, isMath, isDisplayMath, texOf };
  globalThis.preceptor = { ...globalThis.preceptor, pieces };
})();

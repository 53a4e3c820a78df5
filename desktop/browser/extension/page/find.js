// Where an answer stands in its page that was opened again, by the W3C's selectors that places.js wrote: at its position
// where the words are still there, else where the quote stands with most of what stood around it, else where something very
// like it stands. Classic script; reads only, and marks by one of the browser's own highlights: the page's tree stays as it is,
// but a script of the page can find the highlight, the words in it, and its style sheet.

(() => {
  const MARK = "preceptor-answer";
  const LEAST_ALIKE = 0.7; // of the words of a quote, for one that was changed
  const MOST_TEXT = 5_000_000; // UTF-16 units of a page that are looked through
  const AROUND = 32;

  /**
   * @typedef {{type: string, exact?: string, prefix?: string, suffix?: string, start?: any, end?: any}} Selector
   */

  /**
   * The stretch of a text that selectors mean, in UTF-16 units; undefined where there is none.
   * @param {string} text
   * @param {Selector[]} selectors
   * @returns {{from: number, to: number, exactly: boolean} | undefined}
   */
  function stretch(text, selectors) {
    if (text.length > MOST_TEXT) return undefined;
    const quote = selectors.find(({ type }) => type === "TextQuoteSelector");
    const position = selectors.find(({ type }) => type === "TextPositionSelector");
    const at = position ? { from: units(text, Number(position.start)), to: units(text, Number(position.end)) } : undefined;
    const exact = quote?.exact ?? "";
    if (!exact) return at && at.to > at.from ? { ...at, exactly: true } : undefined;
    const long = at ? Math.max(exact.length, at.to - at.from) : exact.length; // a quote is the beginning of a long answer
    const stays = at && text.startsWith(exact, at.from) && text.slice(0, at.from).endsWith(quote?.prefix ?? "");
    if (stays) return { from: at.from, to: Math.min(text.length, at.to), exactly: true };
    const places = all(text, exact);
    if (places.length) {
      const from = best(text, places, quote ?? { type: "" }, at?.from ?? 0);
      return { from, to: Math.min(text.length, from + long), exactly: true };
    }
    return alike(text, exact, at?.from ?? 0);
  }

  /**
   * @param {string} text
   * @param {string} exact
   */
  function all(text, exact) {
    const found = [];
    for (let at = text.indexOf(exact); at >= 0 && found.length < 1000; at = text.indexOf(exact, at + 1)) found.push(at);
    return found;
  }

  /**
   * The place around which most of what stood there stands, the nearest one of several.
   * @param {string} text
   * @param {number[]} places
   * @param {Selector} quote
   * @param {number} was
   */
  function best(text, places, { exact = "", prefix = "", suffix = "" }, was) {
    const score = (/** @type {number} */ at) => {
      const before = text.slice(Math.max(0, at - AROUND), at);
      const after = text.slice(at + exact.length, at + exact.length + AROUND);
      return alikeAtEnd(before, prefix) + alikeAtStart(after, suffix);
    };
    const sorted = places.map((at) => ({ at, fits: score(at), far: Math.abs(at - was) }));
    sorted.sort((one, other) => other.fits - one.fits || one.far - other.far);
    return sorted[0].at;
  }

  /**
   * @param {string} one
   * @param {string} other
   */
  function alikeAtStart(one, other) {
    let at = 0;
    while (at < one.length && at < other.length && one[at] === other[at]) at++;
    return at;
  }

  /**
   * @param {string} one
   * @param {string} other
   */
  function alikeAtEnd(one, other) {
    let at = 0;
    while (at < one.length && at < other.length && one.at(-1 - at) === other.at(-1 - at)) at++;
    return at;
  }

  /**
   * Where most words of a quote stand in their order, close together: a page that was changed a little.
   * @param {string} text
   * @param {string} exact
   * @param {number} was
   */
  function alike(text, exact, was) {
    const wanted = wordsOf(exact);
    if (wanted.length < 3) return undefined;
    const words = wordsOf(text);
    /** @type {Map<string, number[]>} */
    const where = new Map();
    words.forEach(({ word }, at) => (where.get(word) ?? where.set(word, []).get(word))?.push(at));
    /** How many words of the quote begin where it would, by the word at which it would begin. @type {Map<number, number>} */
    const votes = new Map();
    wanted.forEach(({ word }, index) => {
      const found = where.get(word) ?? [];
      if (found.length > 200) return; // "the" says nothing of a place
      for (const at of found) votes.set(at - index, (votes.get(at - index) ?? 0) + 1);
    });
    const starts = [...votes.keys()].sort((a, b) => a - b);
    const close = Math.max(2, Math.round(wanted.length * 0.15)); // words that came or went between
    let found = { start: 0, count: 0, far: Infinity };
    for (const start of starts) {
      let count = 0;
      for (let shift = 0; shift <= close; shift++) count += votes.get(start + shift) ?? 0;
      const far = Math.abs((words[Math.max(0, start)]?.from ?? 0) - was);
      if (count > found.count || (count === found.count && far < found.far)) found = { start, count, far };
    }
    if (found.count < LEAST_ALIKE * wanted.length) return undefined;
    const first = words[Math.max(0, found.start)];
    const last = words[Math.min(words.length - 1, Math.max(0, found.start) + wanted.length - 1)];
    return { from: first.from, to: last.to, exactly: false };
  }

  /** @param {string} text */
  function wordsOf(text) {
    return Array.from(text.matchAll(/[\p{L}\p{N}]+/gu), (each) => ({
      word: each[0].toLowerCase(),
      from: each.index,
      to: each.index + each[0].length,
    }));
  }

  /**
   * UTF-16 units of so many code points.
   * @param {string} text
   * @param {number} points
   */
  function units(text, points) {
    let at = 0;
    for (let left = points; left > 0 && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return at;
  }

  /**
   * The range of a page that selectors mean; undefined where it is not to be found.
   * @param {Document} page
   * @param {Selector[]} selectors
   */
  function find(page, selectors) {
    const found = stretch(page.body.textContent ?? "", selectors);
    if (!found) return undefined;
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    const range = page.createRange();
    let at = 0;
    let begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.nodeValue?.length ?? 0;
      if (!begun && found.from < at + length) {
        range.setStart(node, found.from - at);
        begun = true;
      }
      if (begun && found.to <= at + length) {
        range.setEnd(node, found.to - at);
        return { range, exactly: found.exactly };
      }
      at += length;
    }
    return undefined;
  }

  /**
   * Mark the answer, and bring it into sight where none of it is; how it was found: "exactly", "alike", or "gone".
   * @param {Document} page
   * @param {Selector[]} selectors
   */
  function show(page, selectors) {
    if (!selectors.length) CSS.highlights.delete(MARK); // what was taken stands in a field or a frame
    const found = find(page, selectors);
    if (!found) return "gone";
    CSS.highlights.set(MARK, new Highlight(found.range));
    const style = new CSSStyleSheet();
    style.replaceSync(`::highlight(${MARK}) { background-color: #ffe08a; color: #1b1b1b; }`);
    page.adoptedStyleSheets = [...page.adoptedStyleSheets.filter((each) => !isOurs(each)), style];
    const { top, bottom } = found.range.getBoundingClientRect();
    const seen = bottom > 0 && top < page.documentElement.clientHeight;
    if (!seen) found.range.startContainer.parentElement?.scrollIntoView({ block: "center" });
    return found.exactly ? "exactly" : "alike";
  }

  /** @param {CSSStyleSheet} sheet */
  function isOurs(sheet) {
    return sheet.cssRules.length === 1 && sheet.cssRules[0].cssText.includes(MARK);
  }

  globalThis.preceptor = { ...globalThis.preceptor, find, show, stretch };
})();

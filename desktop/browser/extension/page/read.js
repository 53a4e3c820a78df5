// What a page offers to be judged: the turns of a chat page that a rule knows, or what a person has selected. Rules are data
// (rules.json). Hands over text only; who the page is, the browser says itself.

(() => {
  const { markdown, plain } = globalThis.preceptor;
  const { holds, parentOf, rootOf, selected } = globalThis.preceptor.marked;

  /**
   * A rule: on which hosts, or by which mark in the page; where turns of each role are, and their text in them, which is plain,
   * maybe with each paragraph a line that was typed; what to
   * leave out; where the name of a code's language stands; what shows that a part of the turns is not in the page; and whether
   * several answers to one prompt stand beside each other.
   * @typedef {{id: string, hosts: string[], mark?: string, turns: {role: string, at: string, text?: string, plain?: boolean, lines?: boolean}[],
   *   leave_out?: string, language?: string, partial?: string, side_by_side?: boolean}} Site
   *
   * @typedef {{role: string, text: string, selectors: object[], elements: Element[]}} Turn
   * @typedef {{startContainer: Node, startOffset: number, endContainer: Node, endOffset: number, common: Node}} Stretch
   */

  /**
   * @param {Document} page
   * @param {string} host
   * @param {Site[]} sites
   */
  function read(page, host, sites) {
    const lost = { formulas: 0 };
    const range = selected(page);
    const site = sites.find((each) => isOn(each, host, page));
    const found = site ? turnsOf(page, site, lost) : [];
    const turns = found.filter(({ text }) => text);
    const answers = turns.filter(({ role }) => role === "assistant");
    const inside = range && answers.find(({ elements }) => elements.some((each) => holds(each, range.common)));
    if (range && !inside) return ofSelection(page, range, site);
    if (!site || !answers.length) return { turns: [], chosen: 0, complete: true, selected: false, formulas: 0 };
    const answer = inside ?? inSight(answers);
    const isHeard = turns.length === found.length; // a prompt whose words were not found is missing
    const offered = turns.map(({ elements, ...turn }) => turn);
    const complete = isHeard && isWhole(page, site);
    return { turns: offered, chosen: turns.indexOf(answer), complete, selected: false, formulas: lost.formulas };
  }

  /**
   * Whether all of a conversation is in the page, as far as its rule knows.
   * @param {Document} page
   * @param {Site | undefined} site
   */
  function isWhole(page, site) {
    return !(site?.partial && page.querySelector(site.partial));
  }

  /**
   * @param {Site} site
   * @param {string} host
   * @param {Document} page
   */
  function isOn(site, host, page) {
    if (site.hosts.some((each) => host === each || host.endsWith(`.${each}`))) return true;
    return Boolean(site.mark && page.querySelector(site.mark));
  }

  /**
   * The turns of a page in their order. One of a person in which no words are found is empty, and parts what stands around it.
   * @param {Document} page
   * @param {Site} site
   * @param {{formulas: number}} lost
   * @returns {Turn[]}
   */
  function turnsOf(page, site, lost) {
    const all = site.turns.map(({ at }) => at).join(",");
    const place = globalThis.preceptor.places(page);
    const elements = [...page.querySelectorAll(all)].filter((each) => !each.parentElement?.closest(all));
    /** @type {Turn[]} */
    const turns = [];
    for (const element of elements) {
      const kind = site.turns.find(({ at }) => element.matches(at));
      if (!kind) continue;
      const named = kind.text ? [...element.querySelectorAll(kind.text)].filter((part) => !isIn(part, element, site)) : [];
      const parts = named.length ? named : [element]; // a page whose inside has changed is still read
      const outer = parts.filter((part) => !parts.some((other) => other !== part && other.contains(part)));
      const how = { leaveOut: site.leave_out, language: site.language, lost };
      const text = outer.map((part) => (kind.plain ? plain(part, how, kind.lines) : markdown(part, how)));
      const whole = text.filter(Boolean).join("\n\n");
      if (!whole && kind.role === "assistant") continue;
      const before = turns.at(-1);
      if (before && before.role === kind.role && kind.role === "assistant" && !site.side_by_side) {
        before.text += `\n\n${whole}`; // one answer in several parts
        before.elements.push(element);
        continue;
      }
      const selectors = kind.role === "assistant" && outer[0] ? place(around(page, outer)) : [];
      turns.push({ role: kind.role, text: whole, selectors, elements: [element] });
    }
    return turns;
  }

  /**
   * @param {Document} page
   * @param {Element[]} parts
   */
  function around(page, parts) {
    const range = page.createRange();
    range.setStartBefore(parts[0]);
    range.setEndAfter(/** @type {Element} */ (parts.at(-1)));
    return range;
  }

  /**
   * Whether a part of a turn stands in what its rule leaves out.
   * @param {Element} part
   * @param {Element} turn
   * @param {Site} site
   */
  function isIn(part, turn, site) {
    const left = site.leave_out ? part.closest(site.leave_out) : null;
    return Boolean(left && left !== turn && turn.contains(left));
  }

  /**
   * The answer of which the most is in sight; of two the later one, and the last where none is.
   * @param {Turn[]} answers
   */
  function inSight(answers) {
    const heights = answers.map(({ elements }) => {
      const boxes = elements.map((each) => each.getBoundingClientRect());
      return boxes.reduce((sum, { top, bottom }) => sum + Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)), 0);
    });
    return answers[heights.lastIndexOf(Math.max(...heights))];
  }

  /**
   * The selection as the response; its prompt is not known.
   * @param {Document} page
   * @param {Stretch} range
   * @param {Site | undefined} site
   */
  function ofSelection(page, range, site) {
    const lost = { formulas: 0 };
    const text = markdown(scopeOf(range), { leaveOut: site?.leave_out, language: site?.language, range, lost });
    const selectors = globalThis.preceptor.places(page)(range);
    const turns = text ? [{ role: "assistant", text, selectors }] : [];
    return { turns, chosen: 0, complete: isWhole(page, site), selected: true, formulas: lost.formulas };
  }

  /**
   * Where reading begins for a selection: a part of code, of a table, of a list or of a quote is still one, so the reading
   * begins above it.
   * @param {Stretch} range
   */
  function scopeOf({ common }) {
    const element = common instanceof Element ? common : elementOver(common);
    const whole = element.closest("pre,table,.cm-editor") ?? (element.matches("ul,ol,code,blockquote") ? element : undefined);
    return whole ? elementOver(whole) : element;
  }

  /** @param {Node} node */
  function elementOver(node) {
    const parent = parentOf(node);
    return parent instanceof Element ? parent : document.body;
  }

  /**
   * What is marked in the field that has the keyboard, as it stands there; undefined where nothing is. Never of a password's.
   * @param {Document} page
   */
  function readField(page) {
    let at = page.activeElement;
    for (let root = at && rootOf(at); root?.activeElement; root = rootOf(at)) at = root.activeElement;
    const isOfText = at instanceof HTMLInputElement && /^(text|search|url|tel)$/.test(at.type);
    if (!(at instanceof HTMLTextAreaElement || isOfText)) return undefined;
    const { value, selectionStart, selectionEnd } = /** @type {HTMLTextAreaElement} */ (at);
    const text = value.slice(selectionStart, selectionEnd);
    if (!text.trim()) return undefined;
    return { turns: [{ role: "assistant", text, selectors: [] }], chosen: 0, complete: true, selected: true };
  }

  globalThis.preceptor = { ...globalThis.preceptor, read, readField };
})();

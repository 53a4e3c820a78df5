// What a page offers to be judged: the turns of a chat page that a rule knows, or what a person has selected. Rules are data
// (rules.json). Hands over text only; who the page is, the browser says itself.

(() => {
  const { markdown, plain } = globalThis.preceptor;
  const { holds, parentOf, selected } = globalThis.preceptor.marked;
  const MOST_TURNS = 1000; // that are handed over

  /**
   * A rule: on which hosts, or by which mark in the page; where turns of each role are, and their text in them, which is plain,
   * maybe with each paragraph a line that was typed; what to
   * leave out; where the name of a code's language stands; what shows that a part of the turns is not in the page; what is at an
   * answer, in it or around it, while it is being written; and whether several answers to one prompt stand beside each other.
   * @typedef {{id: string, hosts: string[], mark?: string, turns: {role: string, at: string, text?: string, plain?: boolean, lines?: boolean}[],
   *   leave_out?: string, language?: string, partial?: string, writing?: string, side_by_side?: boolean}} Site
   *
   * @typedef {{role: string, text: string, selectors: object[], elements: Element[], again?: () => string}} Turn
   *
   * What is read, and what it lacks: "part" of the conversation that the page does not show, "turns" of one that is too long, or
   * the end of an answer that is being "written". `again` reads the answer's words once more, where they may still come.
   * @typedef {{turns: any[], chosen: number, complete: boolean, lacks: string[], selected: boolean, formulas: number}} Offer
   * @typedef {{startContainer: Node, startOffset: number, endContainer: Node, endOffset: number, common: Node}} Stretch
   */

  /**
   * @param {Document} page
   * @param {string} host
   * @param {Site[]} sites
   */
  function read(page, host, sites) {
    return taken(page, host, sites).offer;
  }

  /**
   * @param {Document} page
   * @param {string} host
   * @param {Site[]} sites
   * @returns {{offer: Offer, again?: () => string}}
   */
  function taken(page, host, sites) {
    const lost = { formulas: 0 };
    const range = selected(page);
    const site = sites.find((each) => isOn(each, host, page));
    const found = site ? turnsOf(page, site, lost) : [];
    const turns = found.filter(({ text }) => text);
    const answers = turns.filter(({ role }) => role === "assistant");
    const inside = range && answers.find(({ elements }) => elements.some((each) => holds(each, range.common)));
    if (range && !inside) return ofSelection(page, range, site);
    if (!site || !answers.length) return { offer: { turns: [], chosen: 0, complete: true, lacks: [], selected: false, formulas: 0 } };
    const answer = inside ?? inSight(answers);
    const at = turns.indexOf(answer);
    const end = Math.max(at + 1, MOST_TURNS); // later turns may go, but none that leads to the answer
    const kept = turns.slice(Math.max(0, end - MOST_TURNS), end);
    const isLast = turns.slice(at).every(({ role }) => role === "assistant");
    const lacks = [
      ...(turns.length === found.length && isWhole(page, site) ? [] : ["part"]), // a prompt whose words were not found is missing
      ...(kept[0] === turns[0] ? [] : ["turns"]),
      ...(isBeingWritten(answer, site) ? ["written"] : []),
    ];
    const offered = kept.map(({ role, text, selectors }) => ({ role, text, selectors }));
    const offer = { turns: offered, chosen: kept.indexOf(answer), complete: !lacks.length, lacks, selected: false, formulas: lost.formulas };
    return { offer, again: isLast ? answer.again : undefined };
  }

  /**
   * @param {Turn} answer
   * @param {Site} site
   */
  function isBeingWritten({ elements }, { writing }) {
    return Boolean(writing) && elements.some((each) => each.closest(String(writing)) || each.querySelector(String(writing)));
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
      const outer = partsOf(element, kind, site);
      const whole = wordsOf(outer, kind, site, lost);
      const again = () => wordsOf(partsOf(element, kind, site), kind, site);
      if (!whole && kind.role === "assistant") continue;
      const before = turns.at(-1);
      if (before && before.role === kind.role && kind.role === "assistant" && !site.side_by_side) {
        const first = before.again;
        before.text += `\n\n${whole}`; // one answer in several parts
        before.again = () => `${first?.()}\n\n${again()}`;
        before.elements.push(element);
        continue;
      }
      const selectors = kind.role === "assistant" && outer[0] ? place(around(page, outer)) : [];
      turns.push({ role: kind.role, text: whole, selectors, elements: [element], again });
    }
    return turns;
  }

  /**
   * The parts of a turn in which its words stand.
   * @param {Element} turn
   * @param {Site["turns"][0]} kind
   * @param {Site} site
   */
  function partsOf(turn, kind, site) {
    const named = kind.text ? [...turn.querySelectorAll(kind.text)].filter((part) => !isIn(part, turn, site)) : [];
    const parts = named.length ? named : [turn]; // a page whose inside has changed is still read
    return parts.filter((part) => !parts.some((other) => other !== part && other.contains(part)));
  }

  /**
   * @param {Element[]} parts
   * @param {Site["turns"][0]} kind
   * @param {Site} site
   * @param {{formulas: number}} [lost]
   */
  function wordsOf(parts, kind, site, lost) {
    const how = { leaveOut: site.leave_out, language: site.language, lost };
    const text = parts.map((part) => (kind.plain ? plain(part, how, kind.lines) : markdown(part, how)));
    return text.filter(Boolean).join("\n\n");
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
    const how = { leaveOut: site?.leave_out, language: site?.language, range };
    const text = markdown(scopeOf(range), { ...how, lost });
    const selectors = globalThis.preceptor.places(page)(range);
    const turns = text ? [{ role: "assistant", text, selectors }] : [];
    const lacks = isWhole(page, site) ? [] : ["part"];
    const again = () => {
      const now = selected(page);
      return now ? markdown(scopeOf(now), { ...how, range: now }) : text;
    };
    return { offer: { turns, chosen: 0, complete: !lacks.length, lacks, selected: true, formulas: lost.formulas }, again };
  }

  /**
   * Where reading begins for a selection: a part of code, of a table, of a list or of a quote is still one, so the reading
   * begins above it.
   * @param {Stretch} range
   */
  function scopeOf({ common }) {
    const element = common instanceof Element ? common : elementOver(common);
    const whole = element.closest("pre,table,.cm-editor") ?? (element.closest("ul,ol,code,blockquote") === element ? element : undefined);
    return whole ? elementOver(whole) : element;
  }

  /** @param {Node} node */
  function elementOver(node) {
    const parent = parentOf(node);
    return parent instanceof Element ? parent : document.body;
  }

  globalThis.preceptor = { ...globalThis.preceptor, read, taken };
})();

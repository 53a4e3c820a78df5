// What a press of the button takes of a page: what is marked in a field, or what read.js finds, looked at twice where its words may
// still be coming. Classic script, after read.js; reads only.

(() => {
  const { read, taken } = globalThis.preceptor;
  const { rootOf, selected } = globalThis.preceptor.marked;
  const APART_MS = 300; // between two looks; a page that writes an answer adds to it some ten times a second

  /**
   * What a page offers, and at which address that stood there.
   * @param {Document} page
   * @param {string} host
   * @param {object[]} sites
   */
  async function look(page, host, sites) {
    const { offer, at } = await lookTwice(page, host, sites);
    const isComing = page.readyState === "loading" && offer.turns.length > 0;
    return { offer: isComing ? { ...offer, complete: false, lacks: [...new Set([...offer.lacks, "written"])] } : offer, at };
  }

  /**
   * @param {Document} page
   * @param {string} host
   * @param {object[]} sites
   */
  async function lookTwice(page, host, sites) {
    const field = readField(page);
    if (field) return { offer: field, at: location.href };
    const { offer, again } = found(page, host, sites);
    const at = location.href;
    const text = offer.turns[offer.chosen]?.text;
    if (!again || !text || offer.lacks.includes("written")) return { offer, at };
    await new Promise((done) => setTimeout(done, APART_MS));
    if (again() === text) return { offer, at };
    const later = read(page, host, sites); // what a page has made anew may say the same
    if (later.selected !== offer.selected || later.turns[later.chosen]?.text === text) return { offer, at };
    return { offer: { ...later, complete: false, lacks: [...new Set([...later.lacks, "written"])] }, at: location.href };
  }

  /**
   * What read.js finds; where that fails, what is marked by itself.
   * @param {Document} page
   * @param {string} host
   * @param {object[]} sites
   */
  function found(page, host, sites) {
    try {
      return taken(page, host, sites);
    } catch (error) {
      if (!selected(page)) throw error;
      return taken(page, host, []);
    }
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
    return { turns: [{ role: "assistant", text, selectors: [] }], chosen: 0, complete: true, lacks: [], selected: true, formulas: 0 };
  }

  globalThis.preceptor = { ...globalThis.preceptor, look };
})();

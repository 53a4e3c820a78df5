// Characters that are written by their names: the few that answers hold. Any other name stays as it is written.

/** @type {Record<string, string>} */
const NAMES = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", shy: "\u00ad", copy: "©", reg: "®", trade: "™" },
  ...{ hellip: "…", ndash: "–", mdash: "—", lsquo: "‘", rsquo: "’", sbquo: "‚", ldquo: "“", rdquo: "”", bdquo: "„", laquo: "«", raquo: "»" },
  ...{ bull: "•", middot: "·", para: "¶", sect: "§", deg: "°", plusmn: "±", times: "×", divide: "÷", minus: "−", frac12: "½", frac14: "¼", frac34: "¾" },
  ...{ euro: "€", pound: "£", yen: "¥", cent: "¢", micro: "µ", le: "≤", ge: "≥", ne: "≠", asymp: "≈", infin: "∞", rarr: "→", larr: "←", uarr: "↑", darr: "↓" },
  ...{ Auml: "Ä", Ouml: "Ö", Uuml: "Ü", auml: "ä", ouml: "ö", uuml: "ü", szlig: "ß", eacute: "é", egrave: "è", agrave: "à", ccedil: "ç", ntilde: "ñ" },
  ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", Delta: "Δ", epsilon: "ε", lambda: "λ", mu: "μ", pi: "π", sigma: "σ", Sigma: "Σ", omega: "ω", Omega: "Ω" },
};

/**
 * The character that is meant; "" where none is.
 * @param {string} written with its `&` and `;`
 */
export function decoded(written) {
  const name = written.slice(1, -1);
  if (!name.startsWith("#")) return Object.hasOwn(NAMES, name) ? NAMES[name] : "";
  const code = /^#x/iu.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  const isNone = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return isNone ? "\ufffd" : String.fromCodePoint(code);
}

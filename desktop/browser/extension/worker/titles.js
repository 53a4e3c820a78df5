// A page's title, as the browser has it. A page without one is called by its address, and some call themselves so; the
// address is kept only where a person wants it, so such a title is none.

/**
 * The title of a tab; empty where it tells more of the address than the host.
 * @param {import("./captures.js").Tab} tab
 */
export function titleOf({ title = "", url = "" }) {
  return URL.canParse(url) && tells(title, new URL(url)) ? "" : title;
}

/**
 * @param {string} title
 * @param {URL} place
 */
function tells(title, { host, pathname, search, hash }) {
  const [said, path, query] = [title, pathname, search].map(folded);
  const hosts = [host, host.replace(/^www\./, "")];
  const bare = said.replace(/^[a-z-]+:\/\//, "").replace(/(?:…|\.{3})$/, "");
  const [, head, rest] = /^([^\s/?#]+)(.*)$/s.exec(bare) ?? [];
  const isHost = head !== undefined && (hosts.includes(head) || /[^\0-\x7f]/.test(head)); // umlauts, which the address has not
  if (isHost && folded(pathname + search + hash).startsWith(rest) && (rest || hosts.includes(head))) return true; // maybe cut
  if (query.length > 1 && said.includes(query)) return true;
  if (query.slice(1).split("&").some((each) => /=./.test(each) && said.includes(each))) return true;
  if (path.length > 1 && hasPath(said, path, hosts)) return true;
  const steps = path.split("/").filter(Boolean);
  if (steps.length > 1 && said === steps.join("/")) return true;
  if (steps.length > 1 && (steps.length > 2 || steps.at(-1)?.includes(".")) && hasPath(said, steps.join("/"), hosts)) return true;
  const file = path.slice(path.lastIndexOf("/") + 1);
  return file.includes(".") && (said === file || said.startsWith(`${file} (`)); // how pictures are called
}

/**
 * Whether a path stands in a text, behind its host or by itself; "AC/DC" is no "/dc".
 * @param {string} said
 * @param {string} path
 * @param {string[]} hosts
 */
function hasPath(said, path, hosts) {
  for (let at = said.indexOf(path); at >= 0; at = said.indexOf(path, at + 1)) {
    const before = said.slice(0, at);
    if (!/[\p{L}\p{N}]$/u.test(before) || hosts.some((each) => before.endsWith(each))) return true;
  }
  return false;
}

/** A text without the difference between an address and how it is shown. @param {string} text */
function folded(text) {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, decoded).normalize().replace(/\s/g, " ").trim().toLowerCase();
}

/** @param {string} run */
function decoded(run) {
  try {
    return decodeURIComponent(run);
  } catch {
    return run; // in another encoding than UTF-8
  }
}

// Who may speak to the worker: the extension's own pages, panel and options, and nobody else. Content scripts send nothing;
// what they read is handed over by the browser as the result of the script that the worker itself has run.

const PAGES = ["panel/panel.html", "options/options.html"];

/**
 * Whether a message comes from one of this extension's own pages. A content script has this extension's id too, but the
 * address and origin of the page that it runs in, which the browser fills in.
 * @param {chrome.runtime.MessageSender} sender
 */
export function isPanel(sender) {
  const own = `chrome-extension://${chrome.runtime.id}`;
  const place = String(sender.url).split(/[?#]/, 1)[0];
  return sender.id === chrome.runtime.id && sender.origin === own && PAGES.some((page) => place === `${own}/${page}`);
}

/** No single message is taken from anybody: the panel speaks over its own port. Nothing is answered. */
export function onlyPanel() {
  return false;
}

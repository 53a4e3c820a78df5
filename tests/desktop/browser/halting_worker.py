"""The extension's worker halted at an arrow inside the browser, once, until it is told to go on, or ends.

What is changed is the running worker alone, in its own interfaces to the browser; the next one is as it is shipped.
"""

from __future__ import annotations

from playwright.sync_api import Worker

from desktop.browser.hosts import EXTENSION_ID
from tests.desktop.browser.chrome import Chrome, until

_HALT = """(arrow) => {
    let waits = true;
    self.halted = undefined;
    self.gone = false;
    const halted = () => {
        waits = false;
        self.halted = arrow;
        return new Promise((go) => { self.goOn = () => { self.gone = true; go(); }; });
    };
    if (arrow === "page") {
        const real = chrome.scripting.executeScript.bind(chrome.scripting);
        chrome.scripting.executeScript = async (what) => { if (waits) await halted(); return real(what); };
    }
    if (arrow === "panel") {  // the word has come, and nothing is done yet
        const real = crypto.subtle.digest.bind(crypto.subtle);
        crypto.subtle.digest = async (how, bytes) => {
            if (waits && new TextDecoder().decode(bytes).includes('"capture.put"')) await halted();
            return real(how, bytes);
        };
    }
    const change = { outbox: "add", kept: "add", arrived: "delete", forgotten: "delete" }[arrow];
    if (!change) return;
    const real = IDBObjectStore.prototype[change];
    IDBObjectStore.prototype[change] = function (...values) {
        const asked = real.apply(this, values);
        if (!waits || this.name !== "outbox") return asked;
        if (arrow === "outbox" || arrow === "arrived") {  // its transaction does not end
            void halted();
            const again = () => { if (!self.gone) this.count().onsuccess = again; };
            again();
        } else {  // it is committed, and nobody hears of it
            const heard = this.transaction.oncomplete;
            this.transaction.oncomplete = (event) => void halted().then(() => heard(event));
        }
        return asked;
    };
}"""

# From the page to the outbox, and out of it: the button; Send; the outbox before and after its commit; the same again
# when the acknowledgement has come.
INSIDE = ("page", "panel", "outbox", "kept", "arrived", "forgotten")


def halt_worker(chrome: Chrome, arrow: str) -> None:
    assert arrow in INSIDE
    worker_of(chrome).evaluate(_HALT, arrow)


def wait_for_halt(chrome: Chrome, arrow: str) -> None:
    until(
        chrome.page, lambda: worker_of(chrome).evaluate("() => self.halted") == arrow, f"the worker stands at {arrow}"
    )


def go_on(chrome: Chrome) -> None:
    worker_of(chrome).evaluate("() => self.goOn()")


def worker_of(chrome: Chrome) -> Worker:
    """The extension's worker that runs now."""
    return [each for each in chrome.context.service_workers if EXTENSION_ID in each.url][-1]

"""A real Chromium with the extension as it is shipped, a real native host, and a window's end in a process of its own.

The panel is no page of Playwright's: it is driven over the browser's own protocol. Nothing here waits for a time, but
for what is to be seen, at most `PATIENCE_S`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, Playwright, Worker
from playwright.sync_api import Error as PlaywrightError

from desktop.browser import hosts
from desktop.browser.hosts import EXTENSION_ID, Program
from desktop.browser.places import HOST_NAME

ROOT = Path(__file__).resolve().parents[3]
EXTENSION = ROOT / "desktop" / "browser" / "extension"
PAGES = Path(__file__).with_name("pages")
PATIENCE_S = 60.0
LOOK_EVERY_MS = 20


class DeskOfTest:
    """The window's end, a process."""

    module = "tests.desktop.browser.desk_process"
    patience_s = PATIENCE_S

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.log = profile.parent / "log"  # what it writes to its stderr
        self._come = b""
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", self.module, str(self.profile)]
        with self.log.open("ab") as log:
            started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
        self.process, self._come = started, b""
        assert self.hear() == {"ready": True}
        return started

    def do(self, what: str, **fields: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **fields}).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process.stdout is not None
        until = time.monotonic() + self.patience_s
        while b"\n" not in self._come:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, until - time.monotonic()))
            assert ready, "the window's end says nothing"
            came = os.read(self.process.stdout.fileno(), 65536)
            assert came, f"the window's end has ended: {self.log.read_text(errors='replace')}"
            self._come += came
        line, _, self._come = self._come.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        return told

    def inbox(self) -> list[dict[str, Any]]:
        self.do("inbox")
        while "inbox" not in (told := self.hear()):
            pass
        found: list[dict[str, Any]] = told["inbox"]
        return found

    def asked(self, what: str, answer: str, **fields: object) -> Any:
        """Have something done, and what is said of it."""
        self.do(what, **fields)
        while answer not in (told := self.hear()):
            pass
        return told[answer]

    def kill(self) -> None:
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.do("stop")
        self._gone()

    def again(self) -> None:
        """Open the window again."""
        self.process = self._started()

    def _gone(self) -> None:
        with self.process:
            pass


class Panel:
    """The side panel, over the browser's protocol."""

    def __init__(self, cdp: CDPSession, page: Page, target: str) -> None:
        self._cdp, self._page = cdp, page
        self._answers: dict[int, dict[str, Any]] = {}
        self._asked = 0
        cdp.on("Target.receivedMessageFromTarget", self._on_message)
        self._target = target
        self._session: str = cdp.send("Target.attachToTarget", {"targetId": target, "flatten": False})["sessionId"]

    def send(self, method: str, **params: object) -> dict[str, Any]:
        self._asked += 1
        number = self._asked
        message = json.dumps({"id": number, "method": method, "params": params})
        self._cdp.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
        until(self._page, lambda: number in self._answers, f"{method} is answered")
        answer = self._answers.pop(number)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def value(self, expression: str) -> Any:
        """What an expression gives in the panel; without a gesture, so that one that is missing is seen."""
        result = self.send(
            "Runtime.evaluate", expression=expression, userGesture=False, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression: str, patience_s: float = PATIENCE_S) -> Any:
        """Wait until an expression is true; its value."""
        seen: list[Any] = []

        def look() -> bool:
            seen[:] = [self.value(expression)]
            return bool(seen[0])

        until(self._page, look, expression, lambda: self.value("document.body.innerText"), patience_s)
        return seen[0]

    def press(self, element: str) -> None:
        self.until(f"(e => e && e.checkVisibility() && !e.disabled)(document.getElementById('{element}'))")
        self.value(f"document.getElementById('{element}').click()")

    def write(self, element: str, text: str) -> None:
        """Type into an emptied field, as a keyboard does."""
        self.value(f"(e => {{ e.focus(); e.select(); }})(document.getElementById('{element}'))")
        if text:
            self.send("Input.insertText", text=text)
        else:
            self.key("Backspace", 8)

    def key(self, key: str, code: int, modifiers: int = 0) -> None:
        for kind in ("keyDown", "keyUp"):
            self.send(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                modifiers=modifiers,
                text="\r" if key == "Enter" and kind == "keyDown" else "",
            )

    def close(self) -> None:
        """Close it, and wait until it is gone: the next one opened would be taken for this one."""
        self._cdp.send("Target.closeTarget", {"targetId": self._target})
        until(self._page, lambda: self._target not in panels(self._cdp), "the panel is gone")

    def picture(self, path: Path, dark: bool = False) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Emulation.setDeviceMetricsOverride", width=360, height=585, deviceScaleFactor=2, mobile=False)
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def _on_message(self, event: dict[str, Any]) -> None:
        if event["sessionId"] == self._session:
            answer = json.loads(event["message"])
            if "id" in answer:
                self._answers[answer["id"]] = answer


class Chrome:
    """One browser with a profile of its own; `address` is where the pages of the tests are."""

    def __init__(
        self,
        play: Playwright,
        folder: Path,
        address: str,
        *,
        host: Program | None,
        language: str = "en",
        others: Sequence[Path] = (),
    ) -> None:
        self.folder, self.address = folder, address
        if host is not None:
            self.let_in(host)
        extensions = ",".join(map(str, (EXTENSION, *others)))
        self.context = play.chromium.launch_persistent_context(
            folder,
            executable_path=shutil.which("chromium"),
            headless=True,
            chromium_sandbox=os.getuid() != 0,
            env={**os.environ, "LANGUAGE": language, "LANG": f"{language}.UTF-8"},
            args=[
                f"--disable-extensions-except={extensions}",
                f"--load-extension={extensions}",
                f"--lang={language}",
            ],
        )
        browser = self.context.browser
        assert browser is not None
        self.cdp = browser.new_browser_cdp_session()
        self.page = self.context.pages[0]
        until(self.page, lambda: bool(self._running()), "the worker runs")  # another extension's may come first
        until(self.page, self._listens, "the worker listens")

    def let_in(self, host: Program) -> None:
        """Write the native host's manifest where this browser looks."""
        found = self.folder / "NativeMessagingHosts"
        found.mkdir(parents=True, exist_ok=True)
        launcher = self.folder / "launcher"
        launcher.write_text(host.launcher())
        launcher.chmod(0o700)
        (found / f"{HOST_NAME}.json").write_text(json.dumps(hosts.manifest(launcher)))

    def go(self, page: str) -> Page:
        """Open a page of the tests."""
        self.page.goto(f"{self.address}/{page}")
        return self.page

    def go_as(self, address: str, page: str) -> Page:
        """Open a page of the tests as if it stood at an address of the web; nothing is asked of any network."""
        body = (PAGES / page).read_text(encoding="utf-8")
        self.page.route(address, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        self.page.goto(address)
        self.page.unroute(address)
        return self.page

    def judge(self) -> Panel:
        """Press the extension's button in the toolbar; the panel that opens, or is open."""
        every = {"filter": [{"type": "tab", "exclude": False}, {"exclude": True}]}
        found = self.cdp.send("Target.getTargets", every)["targetInfos"]
        tabs = [each for each in found if not each["url"].endswith("/panel/panel.html")]
        # a page that moves on by itself is by now at another address than its tab was
        tab = tabs[0] if len(tabs) == 1 else next(each for each in tabs if each["url"] == self.page.url)
        self.cdp.send("Extensions.triggerAction", {"id": EXTENSION_ID, "targetId": tab["targetId"]})
        return self.panel()

    def panel(self) -> Panel:
        found: list[str] = []

        def look() -> bool:
            found[:] = panels(self.cdp)
            return bool(found)

        until(self.page, look, "the panel is open")
        panel = Panel(self.cdp, self.page, found[0])
        panel.until("document.readyState === 'complete' && location.protocol === 'chrome-extension:'")
        return panel

    def stop_worker(self) -> None:
        """Stop the service worker, as the browser does when it likes; the panel's next word starts another.

        Its end is what the browser tells: the next one may come before anybody has looked, in this one's target.
        """
        assert self._workers()
        ended: list[str] = []

        def hear(told: dict[str, Any]) -> None:
            own = [each for each in told["versions"] if EXTENSION_ID in each["scriptURL"]]
            ended.extend(each["versionId"] for each in own if each["runningStatus"] == "stopped")

        session = self.context.new_cdp_session(self.page)
        session.send("ServiceWorker.enable")
        session.on("ServiceWorker.workerVersionUpdated", hear)
        session.send("ServiceWorker.stopAllWorkers")
        until(self.page, lambda: bool(ended), "the worker is gone")
        session.detach()

    def _listens(self) -> bool:
        """Whether the button does something; in the first moment after it was installed an extension hears nothing."""
        return bool(self._running()[0].evaluate("() => chrome.action.onClicked.hasListeners()"))

    def _running(self) -> list[Worker]:
        return [each for each in self.context.service_workers if EXTENSION_ID in each.url]

    def _workers(self) -> set[str]:
        infos = self.cdp.send("Target.getTargets", {"filter": [{"type": "service_worker", "exclude": False}]})
        return {each["targetId"] for each in infos["targetInfos"] if EXTENSION_ID in each["url"]}

    def kill(self) -> None:
        """End the whole browser at once; what it has kept can be opened again."""
        for each in self.processes():
            _signalled(each, signal.SIGKILL)
        self.close()

    def processes(self) -> list[int]:
        """The browser's own, the one that started the others first."""
        return sorted(processes_with(f"--user-data-dir={self.folder}\0"))

    def close(self) -> None:
        with contextlib.suppress(PlaywrightError):  # it was killed
            self.context.close()


@contextlib.contextmanager
def launched(play: Playwright) -> Iterator[Page]:
    """A browser without the extension; its page."""
    browser = play.chromium.launch(
        executable_path=shutil.which("chromium"), headless=True, chromium_sandbox=os.getuid() != 0
    )
    yield browser.new_page()
    browser.close()


def panels(cdp: CDPSession) -> list[str]:
    """The side panels that a browser has, as targets of its protocol."""
    infos = cdp.send("Target.getTargets")["targetInfos"]
    return [each["targetId"] for each in infos if each["url"].endswith("/panel/panel.html")]


def until(
    page: Page,
    look: Callable[[], bool],
    what: str,
    shown: Callable[[], object] = lambda: "",
    patience_s: float = PATIENCE_S,
) -> None:
    """Have the browser's events go on until something is so."""
    end = time.monotonic() + patience_s
    while not look():
        assert time.monotonic() < end, f"not seen in {patience_s:.0f} s: {what}\n{shown()}"
        page.wait_for_timeout(LOOK_EVERY_MS)


def host_processes(profile: Path) -> list[int]:
    """The native hosts that carry for a profile."""
    return processes_with(f"host.py\0{profile}\0")


def processes_with(words: str) -> list[int]:
    """The processes in whose command these words stand."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and words.encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def kill_hosts(profile: Path) -> None:
    for each in host_processes(profile):
        _signalled(each, signal.SIGKILL)


def _signalled(process: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, what)


@contextlib.contextmanager
def served(folder: Path = PAGES) -> Iterator[str]:
    """Pages of the tests over http; their address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()

"""A headless Chromium for tests: pages go in; what they say, print and look like comes out. It is driven through a pipe."""

from __future__ import annotations

# ruff: noqa: S603, S607  # the browser is started
import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program() -> str | None:
    """Return the browser, or None if there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page of a headless Chromium."""

    def __init__(self, profile: Path) -> None:
        to_child, self.write = os.pipe()
        self.read, from_child = os.pipe()
        flags = "--headless=new --disable-gpu --no-first-run --hide-scrollbars --remote-debugging-pipe --disable-dev-shm-usage"
        root = " --no-sandbox" if os.geteuid() == 0 else ""
        command = f'exec "{program()}" {flags}{root} --user-data-dir="{profile}" about:blank 3<&{to_child} 4>&{from_child}'
        self.process = subprocess.Popen(
            ["bash", "-c", command],
            pass_fds=(to_child, from_child),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_child)
        os.close(from_child)
        self.buffer, self.count, self.events, self.gone = b"", 0, [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        """End the browser and every process that it started."""
        if self.gone:
            return
        self.gone = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        os.close(self.read)
        os.close(self.write)

    def call(self, method: str, session: str | None = None, **params: Any) -> Any:
        """Return the answer to a message."""
        if self.gone:
            raise ConnectionError("the browser has ended")
        self.count += 1
        number = self.count
        message = {"id": number, "method": method, "params": params} | (
            {"sessionId": session} if session else {}
        )
        os.write(self.write, json.dumps(message).encode() + b"\0")
        return self.until(lambda m: m.get("id") == number)["result"]

    def ask(self, method: str, **params: Any) -> Any:
        """Return the answer of the page to a message."""
        return self.call(method, self.session, **params)

    def until(self, wanted: Any, seconds: float = 20.0) -> Any:
        """Return the first message that is wanted; keep the others. A browser that is silent or gone is not waited for."""
        end = time.monotonic() + seconds
        while True:
            while b"\0" in self.buffer:
                raw, _, self.buffer = self.buffer.partition(b"\0")
                message = json.loads(raw)
                if "error" in message and wanted(message):
                    raise RuntimeError(message["error"])
                if wanted(message):
                    return message
                self.events.append(message)
            ready, _, _ = select.select([self.read], [], [], max(0.0, end - time.monotonic()))
            late = time.monotonic() > end
            said = os.read(self.read, 1 << 16) if ready and not late else b""
            if not said:
                self.close()
                raise ConnectionError("the browser does not answer any more")
            self.buffer += said

    def open(self, page: Path, width: int = 1280, height: int = 800, scripts: bool = True) -> None:
        """Load a file."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        self.ask("Page.navigate", url=page.resolve().as_uri())
        if not any(m.get("method") == "Page.loadEventFired" for m in self.events):
            self.until(lambda m: m.get("method") == "Page.loadEventFired")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        found = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"])
        return found["result"].get("value")

    def complaints(self) -> list[str]:
        """Return what the page wrote to the console as errors, and what it failed to do."""
        found = [
            m
            for m in self.events
            if m.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")
        ]
        found += [
            m
            for m in self.events
            if m.get("method") == "Runtime.consoleAPICalled"
            and m["params"]["type"] in ("error", "warning")
        ]
        return [json.dumps(m["params"]) for m in found]

    def press(self, key: str) -> None:
        """Press a key."""
        codes = {"ArrowRight": 39, "ArrowLeft": 37, "Enter": 13, "Escape": 27, "Tab": 9}
        for kind in ("rawKeyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=codes[key],
            )

    def click(self, x: float, y: float) -> None:
        """Click at a point of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def paper(self) -> bytes:
        """Return the page printed on the paper that it asks for."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True)["data"])

    def picture(self, path: Path) -> None:
        """Save the whole page as a PNG picture."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        path.write_bytes(
            base64.b64decode(
                self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
            )
        )

"""Pictures of the pages of a running street, to be laid beside the drawings:

    python -m tests.browser.shots http://127.0.0.1:8000 shots/ zhouwuwu /overview/ /entities/ …

Without addresses, whatever the person's side leads to. Each page at 1366 and 390, light and dark.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

SIZES = ({"width": 1366, "height": 900}, {"width": 390, "height": 844})
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def name_of(address: str) -> str:
    return ID.sub("id", address).strip("/").replace("/", "_").replace("?", "-") or "home"


def sign_in(context: BrowserContext, username: str) -> list[str]:
    """Sign in and say where the side leads."""
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator(f".trial button[value={username}]").first.click()
    page.wait_for_load_state()
    links = page.eval_on_selector_all(".side .fold a", "links => links.map(link => link.getAttribute('href'))")
    page.close()
    return [str(link) for link in links]


def main(base_url: str, folder: str, username: str, *addresses: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = chromium.new_context(base_url=base_url, locale="zh-CN")
        links = sign_in(context, username)
        for address in addresses or links:
            for size in SIZES:
                for scheme in ("light", "dark"):
                    page = context.new_page()
                    page.set_viewport_size(size)
                    page.emulate_media(color_scheme=scheme)
                    page.goto(address, wait_until="networkidle")
                    file = Path(folder) / f"{name_of(address)}-{size['width']}-{scheme}.png"
                    page.screenshot(path=file, full_page=True)
                    sys.stdout.write(f"{file}\n")
                    page.close()
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

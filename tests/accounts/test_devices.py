"""What a browser says of itself, in words. No database."""

from __future__ import annotations

import pytest

from shimen.accounts.devices import device


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Windows 电脑，Edge"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0", "安卓手机，微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1", "iPhone，Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36", "Linux 电脑，Chrome"),
        ("", "认不出的设备"),
        ("curl/8", "认不出的设备"),
    ],
)  # fmt: skip
def test_a_session_says_on_which_device_it_is(agent: str, words: str) -> None:
    assert device(agent) == words

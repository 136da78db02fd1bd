"""Which device a session is on, in words: "Chrome，Windows" for what browsers say of themselves. Pure."""

from __future__ import annotations

BROWSERS = (
    ("MicroMessenger", "微信"), ("wxwork", "企业微信"), ("DingTalk", "钉钉"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("QQBrowser", "QQ 浏览器"),
    ("360SE", "360 浏览器"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "鸿蒙手机"), ("Android", "安卓手机"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip


def device(agent: str) -> str:
    """Browser and system of a user agent; "认不出的设备" when neither is known."""
    browser = next((words for sign, words in BROWSERS if sign in agent.replace("HeadlessChrome", "Chrome")), "")
    system = next((words for sign, words in SYSTEMS if sign in agent), "")
    return "，".join(filter(None, (system, browser))) or "认不出的设备"

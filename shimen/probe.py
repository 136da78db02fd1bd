"""`python -m shimen.probe URL`: exit 0 if the address answers 200. For health checks in images without curl."""

from __future__ import annotations

import sys
import urllib.request


def answers(url: str, *, seconds: float = 4.0) -> bool:
    """Whether the address answers 200 in time; proxies of the environment are left aside."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})  # noqa: S310 - our own address
    try:
        with opener.open(request, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)

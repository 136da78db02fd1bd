"""What a process grows by, measured in a process of its own: `python -m tests.bench.memory worker|web …` prints JSON.

    worker BATCH            reads and compares a batch, as a worker does; peaks of this process (in all, and until the
                            reading process has ended) and of the reading one
    web DEPARTMENT USER FILE    takes a file through the web application, as a server hands it over; growth while it does

Megabytes of resident memory, by the kernel's own count.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import resource
import sys
import uuid
from pathlib import Path
from typing import IO, Any

MEGABYTE = 1 << 20
EDGE = "----shimen"
# As in `suite_import`, which is not imported: it brings openpyxl and numpy along, 20 MB that no worker has.
AT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def worker(batch: str) -> dict[str, float]:
    """Peaks of the worker and of its reading child."""
    from coverage.comparison import batches, stage
    from coverage.models import Batch

    found: dict[str, float] = {}
    load = stage.load

    def noted(*arguments: Any, **named: Any) -> dict[str, Any]:
        account = load(*arguments, **named)
        found["reading"] = _status("VmHWM")
        return account

    stage.load = noted
    batches.read_and_compare(batch=Batch.objects.get(pk=uuid.UUID(batch)), at=AT)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {**found, "worker": _status("VmHWM"), "child": child}


def web(department: str, user: str, file: str) -> dict[str, float]:
    """Growth of the web process over what it had after a small upload."""
    from django.test import Client

    from shimen.accounts.models import User
    from shimen.wsgi import application

    client = Client()
    client.force_login(User.objects.get(pk=uuid.UUID(user)))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    body = Path(file).with_suffix(".body")
    try:
        _write_body(body, department, b"a,b\n1,2\n")
        _post(application, cookies, body)
        _write_body(body, department, Path(file))
        Path("/proc/self/clear_refs").write_text("5")
        before = _status("VmRSS")
        status = _post(application, cookies, body)
        return {"growth": _status("VmHWM") - before, "status": float(status.split()[0])}
    finally:
        body.unlink()


def _write_body(body: Path, department: str, content: bytes | Path) -> None:
    fields = {"department": department, "as_of": "2026-11-23", "is_full": "on", "csrfmiddlewaretoken": "a" * 32}
    with body.open("wb") as out:
        for name, value in fields.items():
            out.write(f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        out.write(f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'.encode())
        source: IO[bytes] = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
        with source:
            while piece := source.read(MEGABYTE):
                out.write(piece)
        out.write(f"\r\n--{EDGE}--\r\n".encode())


def _post(application: Any, cookies: str, body: Path) -> str:
    said: list[str] = []
    with body.open("rb") as stream:
        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": "/compare/", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "wsgi.input": stream,
            "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(body.stat().st_size),
            "CONTENT_TYPE": f"multipart/form-data; boundary={EDGE}", "HTTP_COOKIE": f"{cookies}; csrftoken={'a' * 32}",
            "SCRIPT_NAME": "", "QUERY_STRING": "",
        }  # fmt: skip
        answer = application(environ, lambda status, headers, *_: said.append(status))
        list(answer)
        if hasattr(answer, "close"):
            answer.close()
    return said[0]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shimen.settings")
    import django

    django.setup()
    print(json.dumps({"worker": worker, "web": web}[sys.argv[1]](*sys.argv[2:])))

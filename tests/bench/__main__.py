"""`python -m tests.bench [SUITE …]`: run the suites named, or all, and write var/bench/SUITE.json."""

from __future__ import annotations

import sys

from tests.bench.harness import main

sys.exit(main(sys.argv[1:]))

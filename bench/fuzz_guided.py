"""Inputs of one kind of bench/fuzz.py, mutated by what they reach in the code.

    .venv/bin/pip install atheris
    .venv/bin/python -m bench.fuzz_guided names --minutes 5

What is neither taken nor refused in a sentence ends it, and lies in the folder that it names.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

KINDS = ("photos", "manifests", "checkpoints", "names")


def main() -> None:
    """Mutate for so long, then end the process."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_guided")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--minutes", type=float, default=5)
    asked = parser.parse_args()
    try:
        atheris = importlib.import_module("atheris")
    except ModuleNotFoundError:
        parser.error("atheris is not installed: .venv/bin/pip install atheris")
    with atheris.instrument_imports(include=["geoloc_core"]):  # imported here, not above
        from bench.fuzz import TARGETS
        from geoloc_core.errors import UserError

    goods, read = TARGETS[asked.kind]
    work, corpus, found = (Path(tempfile.mkdtemp()) for _ in range(3))
    for number, content in enumerate(goods()):
        (corpus / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        try:
            read(content, work)
        except UserError as error:
            if not str(error).strip() or "\n" in str(error):
                raise

    print(f"What breaks something will lie in {found}.", file=sys.stderr)
    limits = [f"-max_total_time={round(60 * asked.minutes)}", "-timeout=5", "-rss_limit_mb=3000"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={found}/", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""Freed memory goes back to the system."""

import subprocess
import sys

import pytest

PROGRAM = """
import threading
from pathlib import Path
from pages.common.memory import give_back, keep_memory_small

def resident():
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) // 1024

class Cycle:
    def __init__(self):
        self.me, self.held = self, [bytes(60_000) for _ in range(1500)]

keep_memory_small()
kept, start = [], resident()

def work():
    Cycle()
    kept.append([bytes(60_000) for _ in range(1500)][::50])  # what stays lies between what goes

for _ in range(4):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
full = resident()
give_back()
print(full - start, resident() - start)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc and glibc")
def test_what_is_no_longer_used_leaves_the_process() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    full, left = map(int, ran.stdout.split())
    assert full > 150  # MB
    assert left < 60

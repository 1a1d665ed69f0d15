"""Seconds and peak memory of `icp score FILE --out OUT` on large sheets. Run: python -m bench.score

The sheets are made from the demo's accounts with a fixed seed: its 16 columns, and 10 more with leading zeros,
telephones, quotation marks and line breaks. The scorecard is the one that importing the demo's accounts suggests.
Prints a line a sheet: wall and CPU seconds of the whole command, rows a second (wall), and the most memory it held.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = (10_000, 100_000, 200_000)
DEMO = Path(__file__).parent.parent / "corpora" / "demo" / "accounts.csv"
_NAME, _DOMAIN, _EMPLOYEES, _REVENUE = 0, 1, 3, 4
_SHARE_KNOWN = 0.9


def make_sheet(file: Path, count: int) -> None:
    random_ = random.Random(3)
    with DEMO.open(encoding="utf-8", newline="") as demo:
        header, *accounts = csv.reader(demo)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*header, *(f"Odd {n}" for n in range(10))])
        for number in range(count):
            row = list(random_.choice(accounts))
            row[_NAME] = f"{row[_NAME]} {number}"
            row[_DOMAIN] = f"a{number}.example"
            row[_EMPLOYEES] = str(random_.randint(1, 5_000)) if random_.random() < _SHARE_KNOWN else ""
            row[_REVENUE] = str(random_.randint(10**5, 10**9))
            writer.writerow([*row, *make_odd_cells(number)])


def make_odd_cells(number: int) -> list[str]:
    lines = "two\nlines" if number % 50 == 0 else "x"
    day = f"2026-01-{number % 28 + 1:02}"
    telephone = f"+1 555 {number % 10_000:04}"
    texts = ['a "quoted" word', lines, " padded ", "", f"note {number}, with comma"]
    return [f"{number:09}", telephone, f"-{number}", *texts, day, str(number)]


def run_icp(study: Path, *arguments: str | Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory (MB) of one command. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", "analyzer.cli", "--study", str(study), *map(str, arguments)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_icp(folder / "study", "accounts", "import", DEMO)
        for count in ROWS:
            make_sheet(folder / "leads.csv", count)
            size = (folder / "leads.csv").stat().st_size / 1e6
            wall, cpu, peak = run_icp(folder / "study", "score", folder / "leads.csv", "--out", folder / "scored.csv")
            speed = f"{wall:.2f} s wall, {cpu:.2f} s CPU, {count / wall:,.0f} rows/s"
            print(f"{count:,} rows ({size:.0f} MB): {speed}, at most {peak:.0f} MB in memory")


if __name__ == "__main__":
    main()

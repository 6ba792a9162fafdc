"""The examples run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from reader import DOCS, carry_out

EXAMPLES = DOCS / "examples"


def test_own_helios_data(tmp_path: Path) -> None:
    (tmp_path / "scan.csv").write_text(_helios_export(), encoding="utf-8")
    done = carry_out(tmp_path, str(EXAMPLES / "own_helios_data.py"), "scan.csv")
    assert done.returncode == 0, done.stderr
    assert "scan.csv: helios-csv" in done.stdout
    assert "strongest bleach: -8.00 mOD at 620 nm" in done.stdout
    assert (tmp_path / "scan-transient_map.png").is_file()


def _helios_export() -> str:
    """A bleach of 8 mOD at 620 nm after a coherent artefact, as Surface Xplorer would write it."""
    delays, nm = np.round(np.arange(-2.0, 6.0, 0.05), 3), np.arange(480.0, 701.0, 5.0)
    artefact = 2e-3 * np.exp(-((delays / 0.1) ** 2))
    bleach = np.where(delays > 0.5, 8e-3, 0.0) * np.exp(-(((nm[:, np.newaxis] - 620.0) / 30.0) ** 2))
    rows = [
        f"{at:g}," + ",".join(f"{v:.6g}" for v in row) for at, row in zip(nm, artefact - bleach, strict=True)
    ]
    return "\r\n".join(
        [
            "0," + ",".join(f"{d:g}" for d in delays),
            *rows,
            "file info:",
            "Time units: ps",
            "Z axis title: dA",
            "",
        ]
    )


def test_overnight_campaign(tmp_path: Path) -> None:
    script = str(EXAMPLES / "overnight_campaign.py")
    done = carry_out(tmp_path, script, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": finished") == 3
    thresholds = dict(re.findall(r"(\S+) V: threshold (\S+) \+- \S+ \(3 runs", done.stdout))
    assert float(thresholds["-0.30"]) == pytest.approx(1.55, abs=0.2)
    assert float(thresholds["-1.20"]) == pytest.approx(0.96, abs=0.2)
    again = carry_out(tmp_path, script, str(tmp_path))
    assert again.stdout == done.stdout, "what is finished was touched"


def test_paper_in_one_file(tmp_path: Path) -> None:
    done = carry_out(tmp_path, str(EXAMPLES / "paper_in_one_file.py"), str(tmp_path))
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if " +- " in line]
    electrons = [float(line.split()[0]) for line in lines[::3]]
    assert electrons == pytest.approx([0.0, 0.94, 1.9, 1.99], abs=0.06)
    thresholds, lifetimes_ns, gains_cm = (
        [float(line[56:].split()[0].lstrip("<>") or "nan") for line in lines[first::3]] for first in range(3)
    )
    assert thresholds[:3] == pytest.approx([1.54, 0.99, 0.17], abs=0.1)
    assert lines[9][56:].startswith("< 0.")
    assert 0.35 < lifetimes_ns[0] < 0.5 < lifetimes_ns[1] < lifetimes_ns[2] < 1.8
    assert gains_cm == pytest.approx([755.0] * 4, rel=0.05)
    assert lines[0].endswith("1.51")
    assert lines[11].endswith("~ 800")

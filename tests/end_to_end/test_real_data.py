"""Files that other programs wrote in real laboratories: imported, reported, nothing unknown in what is shown.

They belong to others and are not kept here: QDLAB_REAL_DATA names a folder that has them.
"""

import os
import re
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("QDLAB_REAL_DATA", "real-data"))
OF_MATRIX = {"transient_map", "transient_spectra", "kinetics", "chirp"}
FILES = {
    "ta_coherent_artefact.npz": (("--time-unit", "ns", "--da-unit", "mOD"), OF_MATRIX),
    "helios_solvent.csv": ((), OF_MATRIX),
    "pascher_acn_002.SIA": ((), OF_MATRIX - {"chirp"}),
    "glotaran_hippius.ascii": (("--time-unit", "ps", "--da-unit", "OD"), OF_MATRIX - {"chirp"}),
    "sec_uvvis_rudppz.dat": (("--spectrum-unit", "OD"), {"spectra"}),
    "eclab_pt_cv.mpt": ((), {"reversibility"}),
}


@pytest.mark.skipif(not FOLDER.is_dir(), reason="QDLAB_REAL_DATA names no folder of real files")
@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_reported_without_anything_unknown(name, qdlab_command, tmp_path):
    if not (FOLDER / name).exists():
        pytest.skip(f"{FOLDER} has no {name}")
    options, figures = FILES[name]
    imported = qdlab_command("import", FOLDER / name, "--out", tmp_path / "run.h5", *options)
    assert imported.returncode == 0, imported.stderr
    reported = qdlab_command("report", tmp_path / "run.h5", "--out", tmp_path / "results")
    assert reported.returncode == 0, reported.stderr
    assert "Warning" not in reported.stderr
    assert "no threshold" in reported.stdout
    drawn = tmp_path / "results" / "figures"
    assert {path.stem for path in drawn.glob("*.svg")} >= figures
    page = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    shown = [
        re.sub(r"base64,[^\"]*", "", page),
        *(path.read_text(encoding="utf-8") for path in drawn.glob("*.svg")),
    ]
    assert not any(re.search(r"\bnan\b", text, re.IGNORECASE) for text in shown)

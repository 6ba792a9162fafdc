"""Real files of other programs, not part of the project: each is imported, with numbers read by eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdlab.analysis import reduce
from qdlab.storage import import_file, open_run
from qdlab.storage.formats import Units

REAL = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real files are not part of the project")


def test_a_pascher_scan_keeps_its_repeated_delays_and_masks_dead_pixels(tmp_path: Path) -> None:
    assert import_file(REAL / "pascher_acn_002.SIA", tmp_path / "out.h5") == "pascher-sia"
    with open_run(tmp_path / "out.h5") as tree:
        ta, told = tree["ta"].to_dataset(), tree.attrs["import"]
        assert ta.delta_a.shape == (1, 1, 195, 512)
        assert (ta.delay_ps.values[-7:] == 1799.9999).all()
        assert told["n_sentinels"] == told["n_missing"] == np.isnan(ta.delta_a.values).sum() == 6447
        assert np.nanmax(np.abs(ta.delta_a.values)) == 3.73067617
        transient = reduce(tree).transient
        assert transient is not None
        delays = transient["delay_ps"].values
        assert (delays.size, delays[-1]) == (189, 1799.9999)
        trace = ta.delta_a.values[0, 0, :, 100]
        wanted = trace[-7:].mean() - trace[ta.delay_ps.values < -1.0].mean()
        assert transient["da"].values[0, 0, -1, 100] == pytest.approx(wanted, rel=1e-9)


def test_a_glotaran_file_is_read_in_the_unit_given(tmp_path: Path) -> None:
    path = REAL / "glotaran_hippius.ascii"
    assert import_file(path, tmp_path / "out.h5", units=Units("ps", "OD")) == "glotaran-ascii"
    with open_run(tmp_path / "out.h5") as tree:
        ta = tree["ta"].to_dataset()
        assert ta.delay_ps.values[[0, 1]].tolist() == [-0.00095, 0.02343]
        assert ta.sizes["delay_ps"] == 335
        assert ta.wavelength_nm.values[0] == 377.96045
        assert ta.delta_a.values[0, 0, :3, 0].tolist() == [-0.00403, -0.00055, 0.00044]


def test_an_archive_of_skultrafast_is_read_in_the_units_given(tmp_path: Path) -> None:
    path = REAL / "ta_coherent_artefact.npz"
    assert import_file(path, tmp_path / "out.h5", units=Units("ns", "mOD")) == "npz"
    with open_run(tmp_path / "out.h5") as tree:
        ta = tree["ta"].to_dataset()
        assert ta.delta_a.shape == (1, 1, 409, 800)
        assert ta.delay_ps.values[[0, -1]].tolist() == [-1.0, pytest.approx(49.9)]
        assert ta.delta_a.values[0, 0, 0, 0] == pytest.approx(-0.9052194349224582e-3)


def test_an_eclab_voltammogram_is_read(tmp_path: Path) -> None:
    assert import_file(REAL / "eclab_pt_cv.mpt", tmp_path / "out.h5") == "eclab-mpt"
    with open_run(tmp_path / "out.h5") as tree:
        cv = tree["cv"].to_dataset()
        assert cv.sizes["sample"] == 223
        assert (cv.time_s.values[0], cv.potential_v.values[0]) == (3.289600104471901, 0.87869531)
        assert cv.current_a.values[0] == pytest.approx(-2.604324994466466e-6)
        assert tree.attrs["import"]["encoding"] == "latin-1"


def test_oceanview_spectra_are_read(tmp_path: Path) -> None:
    path = REAL / "oceanview_layout.txt"
    assert import_file(path, tmp_path / "out.h5", units=Units(spectrum="counts")) == "oceanview"
    with open_run(tmp_path / "out.h5") as tree:
        spectra = tree["spectra"].to_dataset()
        assert spectra.time_s.values.tolist() == [0.0, 1.0, 2.0]
        assert spectra.counts.values[1].max() == 413.0


def test_spectroelectrochemical_spectra_are_read(tmp_path: Path) -> None:
    path = REAL / "sec_uvvis_rudppz.dat"
    assert import_file(path, tmp_path / "out.h5", units=Units(spectrum="OD")) == "spectra-text"
    with open_run(tmp_path / "out.h5") as tree:
        spectra = tree["spectra"].to_dataset()
        assert spectra.absorbance.values[:, 0].tolist() == [1.0683, 1.9061, 0.8378]
        assert spectra.wavelength_nm.values[-1] > 780.0
        assert tree.attrs["import"]["metadata"]["columns"] == ["wavelength", "ocp", "red", "diff"]

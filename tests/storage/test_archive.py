"""A file of every schema version there ever was opens, and says the same as on its first day."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from qdlab.storage import inspect_run, open_run, schema

ARCHIVE = Path(__file__).with_name("archive")
FILES = sorted(ARCHIVE.glob("version_*.h5"))


def test_every_version_has_left_a_file() -> None:
    versions = {inspect_run(path).schema_version for path in FILES}
    assert versions == set(range(1, schema.VERSION + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_archived_run_says_what_it_said(path: Path) -> None:
    with open_run(path, verify=True) as tree:
        assert tree.attrs["damaged_records"] == 0
        assert tree.attrs["title"] == "a run to keep"
        assert (tree.attrs["status"], tree.attrs["reason"]) == ("stopped", "stopped on request")
        assert (tree.attrs["start_time"], tree.attrs["end_time"]) == (
            "2021-01-01T12:00:00+00:00",
            "2021-01-01T13:00:00+00:00",
        )
        assert tree.attrs["sample"]["name"] == "archived film"
        assert tree.attrs["sample"]["thickness_nm"] == 116.0
        assert tree.attrs["notes"] == "µ"
        assert tree.attrs["identities"] == {"stage": "Acme, LTS300, 7"}
        ta, pump = tree["ta"].to_dataset().load(), tree["pump"].to_dataset().load()
    assert ta.counts.dims == ("fluence_cm2", "delay_ps", "scan", "wavelength_nm")
    assert ta.fluence_cm2.values.tolist() == [1e12, 3e13]
    assert ta.delay_ps.values.tolist() == [-3.0, 5.0, 5.0, 2000.0]
    assert ta.delay_ps.attrs["units"] == "ps"
    assert ta.wavelength_nm.values.tolist() == [600.0, 620.0, 640.0]
    number = np.arange(8).reshape(2, 4, 1)
    time_s = number * [0.25, 0.5]
    time_s[1, 3] = np.nan
    np.testing.assert_array_equal(ta.time_s.values, time_s)
    counts = np.arange(6).reshape(2, 3) + 1000 * number[..., np.newaxis]
    assert ta.counts.dtype == np.uint16
    np.testing.assert_array_equal(ta.counts.values[ta.done.values], counts[ta.done.values])
    assert np.isnan(ta.measured_potential_v.values).all()
    np.testing.assert_array_equal(ta.done.values, [[True] * 4, [True] * 3 + [False]])
    assert pump.power_w.values.tolist() == [1e-6, 2e-6]
    assert pump.power_w.attrs == {"units": "W", "long_name": "mean power through the pinhole, pump chopped"}


def test_the_spilled_one_needs_its_spill(tmp_path: Path) -> None:
    shutil.copy(ARCHIVE / "version_1_spilled.h5", tmp_path)
    assert inspect_run(ARCHIVE / "version_1_spilled.h5").n_done == 9
    assert inspect_run(tmp_path / "version_1_spilled.h5").n_done < 9

"""Other programs open what qdlab exports: pyglotaran and trspectrometer, where they are installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from format_cases import EXPORT, IMPORT, PS_AND_OD, small_map

MAP = small_map()
MAPS = {"pyglotaran-netcdf": MAP, "glotaran-ascii": small_map(delta_a=np.nan_to_num(MAP.delta_a))}


@pytest.fixture
def glotaran_io() -> Any:
    return pytest.importorskip("glotaran.io", reason="pyglotaran is not installed")


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("name", "suffix"), [("glotaran-ascii", "ascii"), ("pyglotaran-netcdf", "nc")])
def test_pyglotaran_loads_what_is_exported(tmp_path: Path, glotaran_io: Any, name: str, suffix: str) -> None:
    path = tmp_path / f"map.{suffix}"
    EXPORT[name].write(MAPS[name], path)
    data = glotaran_io.load_dataset(str(path))["data"].transpose("time", "spectral")
    np.testing.assert_array_equal(data["time"], MAP.delays_ps)
    np.testing.assert_array_equal(data["spectral"], MAP.wavelengths_nm)
    np.testing.assert_allclose(data, MAPS[name].delta_a, rtol=1e-15)  # pandas rounds the text it reads


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("name", "suffix"), [("glotaran-ascii", "ascii"), ("pyglotaran-netcdf", "nc")])
def test_what_pyglotaran_saves_is_imported(tmp_path: Path, glotaran_io: Any, name: str, suffix: str) -> None:
    first, again = tmp_path / f"first.{suffix}", tmp_path / f"again.{suffix}"
    EXPORT[name].write(MAPS[name], first)
    dataset = glotaran_io.load_dataset(str(first))
    glotaran_io.save_dataset(dataset["data"] if suffix == "ascii" else dataset, str(again))
    assert IMPORT[name].sniff(again)
    found = IMPORT[name].read(again, PS_AND_OD)
    np.testing.assert_array_equal(found.delays_ps, MAP.delays_ps)
    np.testing.assert_allclose(found.delta_a, MAPS[name].delta_a, rtol=1e-10)  # its text has eleven digits


@pytest.mark.filterwarnings("default")
def test_trspectrometer_reads_ufs(tmp_path: Path) -> None:
    ufsfile = pytest.importorskip("trspectrometer.ufsfile", reason="trspectrometer is not installed")
    EXPORT["ufs"].write(MAP, tmp_path / "map.ufs")
    found = ufsfile.UFSData(ufsfile=str(tmp_path / "map.ufs"))
    assert (found.version, found.axis1_units, found.axis2_units) == ("Version2", "nm", "ps")
    np.testing.assert_array_equal(found.axis1_data, MAP.wavelengths_nm)
    np.testing.assert_array_equal(found.axis2_data, MAP.delays_ps)
    np.testing.assert_array_equal(found.data_matrix[0], MAP.delta_a.T)
    assert found.metadata.startswith("file info")


def test_pandas_reads_the_matrix_as_kimopack_does(tmp_path: Path) -> None:
    """KiMoPack reads .SIA with the first column as the index and the first line as columns, apart by tabs."""
    map_ = small_map(delays_ps=np.array([-3.0, 5.0, 7.0]))
    EXPORT["pascher-sia"].write(map_, tmp_path / "map.SIA")
    frame = pd.read_csv(tmp_path / "map.SIA", sep="\t", index_col=0)
    np.testing.assert_array_equal(frame.index.to_numpy(), map_.delays_ps)
    np.testing.assert_array_equal(frame.columns.astype(float), map_.wavelengths_nm)
    np.testing.assert_allclose(frame.to_numpy(), map_.delta_a, rtol=1e-15)  # pandas rounds the text it reads

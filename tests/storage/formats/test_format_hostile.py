"""Files that claim, cut, point elsewhere or are rubbish: one line, nothing written, little memory."""

from __future__ import annotations

import io
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from format_cases import EXPORT, IMPORT, PS_AND_OD, UNITLESS, small_map
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qdlab.errors import InputError
from qdlab.storage import import_file
from qdlab.storage.formats import Imported, Units

MOST_BYTES = 300 * 10**6
TEN_GB = 10 * 2**30
COUNTS = Units(spectrum="counts")


def string(text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + text


def ufs_claiming_delays(path: Path) -> None:
    axis_1 = string(b"Wavelength") + string(b"nm") + struct.pack(">Id", 1, 500.0)
    path.write_bytes(
        string(b"Version2") + axis_1 + string(b"Time") + string(b"ps") + struct.pack(">I", TEN_GB // 8)
    )


def ufs_claiming_text(path: Path) -> None:
    path.write_bytes(string(b"Version2") + struct.pack(">I", 2**32 - 1) + b"Wavelength")


def ufs_claiming_data(path: Path) -> None:
    EXPORT["ufs"].write(small_map(), path)
    sizes = struct.pack(">III", 0, 2, 3)
    path.write_bytes(path.read_bytes().replace(sizes, struct.pack(">III", 2**31, 2, 3)))


def array_bytes(descr: str, shape: str) -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()


def npz(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("delay_ps", "wavelength_nm"):
            array = io.BytesIO()
            np.save(array, np.array([1.0, 2.0]))
            archive.writestr(f"{name}.npy", array.getvalue())
        archive.writestr("delta_a.npy", data)


def npz_claiming_data(path: Path) -> None:
    npz(path, array_bytes("<f8", f"({TEN_GB // 16}, 2)"))


def npz_bomb(path: Path) -> None:
    npz(path, array_bytes("<f8", "(2, 100000000)") + bytes(200 * 2**20))


class Planted:
    """What would leave a trace if it were unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return (Path("/nonexistent/unpickled").touch, ())


def npz_of_pickles(path: Path) -> None:
    npz(path, array_bytes("|O", "(2, 2)") + pickle.dumps(Planted()))


def npz_of_code(path: Path) -> None:
    npz(path, array_bytes("<f8", "__import__('os').getpid()"))


def netcdf_claiming_data(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["time"], file["spectral"] = [1.0, 2.0], [500.0, 600.0]
        file.create_dataset("data", (TEN_GB // 16, 2), "f8", chunks=(1024, 2))


def netcdf_outside(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["time"], file["spectral"] = [1.0, 2.0], [500.0, 600.0]
        file["data"] = h5py.ExternalLink("/etc/passwd", "/data")


def netcdf_of_outside_bytes(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["time"], file["spectral"] = [1.0, 2.0], [500.0, 600.0]
        file.create_dataset("data", (2, 2), "f8", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def netcdf_classic_claim(path: Path) -> None:
    path.write_bytes(b"CDF\x01" + struct.pack(">I", 0) + struct.pack(">III", 10, 2**31 - 1, 4) + b"time")


def million_columns(path: Path) -> None:
    path.write_text("0," + "1," * 1_000_000 + "\n500,1\nfile info:\n")


def endless_line(path: Path) -> None:
    path.write_text("a\nb\nTime explicit\nIntervalnr 5\n" + "1 " * 5_000_000)


def many_lines(path: Path) -> None:
    path.write_text("400 1\n401 2\n" + "\n" * 6_000_000)


def large_file(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"wavelength\tfilm\n400\t1\n")
        file.truncate(300 * 2**20)


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "ufs delays": (ufs_claiming_delays, "the delays should be 10737418240 bytes, 0 are left"),
    "ufs text": (ufs_claiming_text, "should be 4294967295 bytes, 10 are left"),
    "ufs data": (ufs_claiming_data, "data of (2147483648, 2, 3); expected one matrix of 2 x 3"),
    "npz claim": (npz_claiming_data, "a matrix of 671088640 x 2 numbers; at most"),
    "npz bomb": (npz_bomb, "a matrix of 2 x 100000000 numbers; at most"),
    "npz pickles": (npz_of_pickles, "delta_a is of type object"),
    "npz code": (npz_of_code, "not an archive of plain arrays"),
    "nc claim": (netcdf_claiming_data, "a matrix of 671088640 x 2 numbers; at most"),
    "nc outside": (netcdf_outside, "data is a link to somewhere else"),
    "nc outside bytes": (netcdf_of_outside_bytes, "data is no dataset in the file itself"),
    "nc classic": (netcdf_classic_claim, "not a netCDF file, or damaged or cut short"),
    "a million columns": (million_columns, "a matrix of 1 x 1000001 numbers; at most 100000"),
    "endless line": (endless_line, "line 5: 10000000 characters long"),
    "many lines": (many_lines, "6000002 lines; files of up to"),
    "large file": (large_file, "314572800 bytes; files of up to 268435456 bytes"),
}


@pytest.mark.parametrize(("make", "match"), HOSTILE.values(), ids=HOSTILE)
def test_what_a_file_claims_is_not_believed(tmp_path: Path, make: Callable[[Path], None], match: str) -> None:
    path = tmp_path / "hostile"
    make(path)
    units = COUNTS if make in (many_lines, large_file) else PS_AND_OD
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as caught:
            import_file(path, tmp_path / "out.h5", units=units)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert match in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert peak < MOST_BYTES
    assert list(tmp_path.iterdir()) == [path]


def read_or_refuse(name: str, path: Path) -> Imported | None:
    units = PS_AND_OD if name in UNITLESS or "matrix" in name else Units()
    found: Imported | InputError
    try:
        found = IMPORT[name].read(path, COUNTS if name in ("oceanview", "spectra-text") else units)
    except InputError as error:
        found = error
    if isinstance(found, InputError):
        assert len(str(found).splitlines()) == 1, found
        return None
    return found


@pytest.mark.parametrize("name", sorted(EXPORT))
def test_a_file_cut_anywhere_is_read_or_refused(tmp_path: Path, name: str) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    EXPORT[name].write(small_map(), whole)
    contents = whole.read_bytes()
    for n in range(len(contents)):
        cut.write_bytes(contents[:n])
        read_or_refuse(name, cut)
    assert read_or_refuse(name, whole) is not None


@pytest.mark.parametrize("name", sorted(IMPORT))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    contents=st.binary(max_size=200)
    | st.text("0123456789.,;-eE \t\r\nNan:>", max_size=80).map(str.encode)
    | st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=4))
)
def test_rubbish_is_read_or_refused_in_one_line(
    tmp_path: Path, name: str, contents: bytes | tuple[int, bytes]
) -> None:
    path = tmp_path / "rubbish"
    if isinstance(contents, tuple):
        EXPORT.get(name, EXPORT["ufs"]).write(small_map(), path)
        whole = path.read_bytes()
        place, bad = contents[0] % len(whole), contents[1]
        contents = whole[:place] + bad + whole[place + len(bad) :]
    path.write_bytes(contents)
    for item in IMPORT.values():
        item.sniff(path)
    read_or_refuse(name, path)


def test_an_empty_file_is_refused_by_every_format(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert not any(item.sniff(path) for item in IMPORT.values())
    assert all(read_or_refuse(name, path) is None for name in IMPORT)
    with pytest.raises(InputError, match="empty: is empty"):
        import_file(path, tmp_path / "out.h5")

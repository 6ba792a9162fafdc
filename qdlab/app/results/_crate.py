"""A folder of runs and results described for a data repository, as RO-Crate 1.1 says.

Specification: https://w3id.org/ro/crate/1.1. What a run file knows of itself is told once more in the words
of schema.org, so that an archive and its search engine understand it without reading HDF5.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qdlab.errors import InputError
from qdlab.storage import RunInfo, inspect_run, open_run

METADATA = "ro-crate-metadata.json"
_HDF5 = "application/x-hdf5"
_IN_A_RUN = ("*.h5", "*.hdf5", "*.nxs")
_BLOCK_BYTES = 1 << 20
_CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},  # a word that RO-Crate 1.1 lacks
]

Entity = dict[str, Any]


@dataclass(frozen=True)
class Deposit:
    """What a person says of a folder; the licence is an address or a name that SPDX knows."""

    title: str
    authors: Sequence[str]
    licence: str
    published: date


def describe_folder(folder: Path, deposit: Deposit) -> Path:
    """Write the metadata file of a folder and return its path; nothing else in the folder is touched.

    Every file in it is named with size and SHA-256; run files with sample, instruments, times, operator and
    software too. InputError if the folder holds no run file, or one whose run goes on.
    """
    files = sorted(
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.name != METADATA
    )
    runs = {file: inspect_run(folder / file) for file in files if any(map(file.match, _IN_A_RUN))}
    if not runs:
        raise InputError(f"{folder}: there is no run file (.h5) in it to describe")
    for file, about in runs.items():
        if about.status == "running":
            raise InputError(f"{folder / file}: its run goes on; describe the folder when it is over")
    titles = dict.fromkeys(about.title for about in runs.values())
    graph = [_descriptor(), *_root(deposit, files, titles), *_people(deposit.authors)]
    for file in files:
        graph += _run(folder, file, runs[file]) if file in runs else [_file(folder, file)]
    text = json.dumps({"@context": _CONTEXT, "@graph": _once(graph)}, indent=1, allow_nan=False)
    path = folder / METADATA
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _descriptor() -> Entity:
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }


def _root(deposit: Deposit, files: Sequence[Path], titles: Iterable[str]) -> Iterator[Entity]:
    licence = deposit.licence if "://" in deposit.licence else f"https://spdx.org/licenses/{deposit.licence}"
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": deposit.title,
        "description": "Runs of qdlab and what was reduced from them: " + "; ".join(titles),
        "datePublished": deposit.published.isoformat(),
        "license": {"@id": licence},
        "author": [{"@id": _person(name)} for name in deposit.authors],
        "hasPart": [{"@id": _address(file)} for file in files],
    }
    yield {"@id": licence, "@type": "CreativeWork", "name": deposit.licence}


def _people(names: Sequence[str]) -> Iterator[Entity]:
    for name in names:
        yield {"@id": _person(name), "@type": "Person", "name": name}


def _file(folder: Path, file: Path) -> Entity:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return {
        "@id": _address(file),
        "@type": "File",
        "name": file.name,
        "encodingFormat": kind,
        "contentSize": str((folder / file).stat().st_size),
        "sha256": _digest(folder / file),
    }


def _run(folder: Path, file: Path, about: RunInfo) -> Iterator[Entity]:
    """Yield a run file, what made it, and the instruments, the sample and the person that took part."""
    with open_run(folder / file) as tree:
        told: Mapping[str, Any] = {str(key): value for key, value in tree.attrs.items()}
    sample = _sample(about.sample)
    instruments = list(_instruments(told["identities"]))
    software = _software(told["versions"]["qdlab"])
    operator = list(_people([about.operator] if about.operator else []))
    yield {
        **_file(folder, file),
        "name": about.title,
        "encodingFormat": _HDF5,
        "description": f"{about.procedure}: {about.n_done} of {about.n_records} records, {about.status}",
        "dateCreated": about.start_time,
        "about": {"@id": sample["@id"]},
    }
    yield {
        "@id": f"#run-{_address(file)}",
        "@type": "CreateAction",
        "name": about.procedure,
        "startTime": about.start_time,
        **({"endTime": about.end_time} if about.end_time else {}),
        "instrument": [{"@id": entity["@id"]} for entity in (software, *instruments)],
        **({"agent": {"@id": operator[0]["@id"]}} if operator else {}),
        "object": {"@id": sample["@id"]},
        "result": {"@id": _address(file)},
    }
    yield from (sample, software, *instruments, *operator)


def _instruments(identities: Mapping[str, str]) -> Iterator[Entity]:
    for role, identity in identities.items():
        yield {
            "@id": f"#instrument-{quote(role)}-{quote(identity)}",
            "@type": "IndividualProduct",
            "name": identity,
            "description": role.replace("_", " "),
        }


def _sample(name: str) -> Entity:
    return {"@id": f"#sample-{quote(name)}", "@type": "Thing", "name": name}


def _software(version: str) -> Entity:
    return {
        "@id": f"#qdlab-{quote(version)}",
        "@type": "SoftwareApplication",
        "name": "qdlab",
        "softwareVersion": version,
    }


def _once(graph: Sequence[Entity]) -> list[Entity]:
    """Return each entity once: runs share instruments, samples and people."""
    return list({entity["@id"]: entity for entity in graph}.values())


def _person(name: str) -> str:
    return f"#person-{quote(name)}"


def _address(file: Path) -> str:
    return quote(file.as_posix())


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()

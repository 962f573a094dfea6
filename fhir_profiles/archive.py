"""Writing folders of FHIR resources as packages: the index, the order, the bytes.

A FHIR package is a gzipped tar of a folder "package" with a package.json, the resources, and an index of them.
"""

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from typing import Any

Resource = Mapping[str, Any]

_INDEXED = ("id", "url", "version", "kind", "type", "supplements", "content", "derivation")


def as_json(document: object) -> bytes:
    """Readable JSON with the members in their own order."""
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def index(files: Iterable[tuple[str, Resource]]) -> dict[str, Any]:
    """The `.index.json` of (file name, resource)."""
    rows = []
    for name, resource in files:
        row = {"filename": name, "resourceType": resource["resourceType"]}
        rows.append(row | {key: resource[key] for key in _INDEXED if isinstance(resource.get(key), str)})
    return {"index-version": 2, "files": rows}


def archive(files: Mapping[str, bytes]) -> bytes:
    """Path -> content as a gzipped tar that depends on nothing else: sorted, without dates, owners or a file name."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(files):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(files[path]), 0o644, 0
            tar.addfile(entry, io.BytesIO(files[path]))
    return gzip.compress(packed.getvalue(), compresslevel=9, mtime=0)

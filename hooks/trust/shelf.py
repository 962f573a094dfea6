"""Where the processes of one service leave key sets for each other, so that a new one need not begin without.

A worker is renewed now and then, and all of them when the settings are read again. If the EHR's server of keys is down
just then, the new worker goes on with what another one fetched last, for as long as that one may.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """The place for what one address said, in a folder that only this service can write to; without one, none."""

    folder: Path | None
    address: str

    def put(self, body: bytes, until: float) -> None:
        """Leave a set that is good until then, on the clock that all processes of the machine share."""
        if self.folder is None:
            return
        with suppress(OSError):  # it is a help, and the next worker asks the server first in any case
            handle, name = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "wb") as file:
                file.write(f"{until!r}\n".encode() + body)
            Path(name).replace(self._file(self.folder))

    def get(self) -> tuple[bytes, float] | None:
        """The set that was left last, and until when it is good; None if there is none."""
        if self.folder is None:
            return None
        try:
            until, _, body = self._file(self.folder).read_bytes().partition(b"\n")
            return body, float(until)
        except (OSError, ValueError):
            return None

    def _file(self, folder: Path) -> Path:
        return folder / f"keys-{hashlib.sha256(self.address.encode()).hexdigest()}.json"

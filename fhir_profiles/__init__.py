"""The FHIR profiles of MSC records: their source in FSH, and the built package that is shipped."""

from pathlib import Path

PACKAGE = Path(__file__).parent / "package" / "io.github.hepar-cds.msc-liver.tgz"
"""The built FHIR package: conformance resources with snapshots, examples in package/example."""

"""Writes the rendered handbook into the package: `python -m hooks.guide`, as `make guide` does."""

from pathlib import Path

from hooks.guide.render import attributes, pages
from hooks.guide.translated import ENGLISH_ONLY, translated
from hooks.languages import ENGLISH, LANGUAGES, say_in

FOLDER = Path(__file__).parent / "pages"


def name_of(path: str) -> str:
    """The file of a page, below the folder of pages."""
    return f"{path or 'index'}.html"


def written() -> dict[str, str]:
    """File name -> what it must hold."""
    english = pages()
    made = {name_of(path): text for path, text in english.items()}
    for language in LANGUAGES.keys() - {ENGLISH}:
        say = say_in(language)
        for path, text in english.items():
            if path.partition("/")[0] not in ENGLISH_ONLY:
                made[f"{language}/{name_of(path)}"] = translated(text, language, say)
    return made | {"source-attributes.json": attributes()}


def write() -> None:
    """Writes every page and removes those that no longer exist."""
    wanted = written()
    for name, text in wanted.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.suffix != ".css" and str(path.relative_to(FOLDER)) not in wanted:
            path.unlink()


if __name__ == "__main__":
    write()

"""Which language an answer has, and what stays the same in all of them."""

from dataclasses import replace

import pytest

from hooks.languages import LANGUAGES
from tests import calls

SERVICE = "/cds-services/msc-liver-evaluation"
ASSESSMENT = "io.github.hepar-cds.assessment"


def asked(client, language):
    answer = client.post(SERVICE, json=calls.call(), headers={"Accept-Language": language} if language else {})
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("", "en"), ("es", "es"), ("es-MX,es;q=0.9,en;q=0.5", "es"), ("en-GB, es;q=0.5", "en"),
        ("fr", "en"), ("es;q=0", "en"), ("x;;", "en"),
    ],
)  # fmt: skip
def test_a_call_chooses_the_language(client, wanted, given):
    answer = asked(client, wanted)
    assert answer.headers["Content-Language"] == given
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_language_of_a_client_wins(settings, store):
    from hooks.app import create_app
    from hooks.site import Client

    spanish = replace(settings, clients=(Client("ehr", language="es"),))
    answer = asked(create_app(spanish, store).test_client(), "en")
    assert answer.headers["Content-Language"] == "es"


def test_only_words_differ(client):
    english, spanish = (asked(client, language).json["cards"] for language in LANGUAGES)
    assert len(english) == len(spanish) > 0
    for ours, theirs in zip(english, spanish, strict=True):
        assert theirs["summary"] != ours["summary"]
        assert theirs["extension"] == ours["extension"]
        assert theirs["indicator"] == ours["indicator"]
        assert theirs["source"]["topic"]["code"] == ours["source"]["topic"]["code"]
        codes = [[reason["code"] for reason in each["overrideReasons"]] for each in (ours, theirs)]
        assert codes[0] == codes[1]
        assert len(theirs.get("suggestions", [])) == len(ours.get("suggestions", []))

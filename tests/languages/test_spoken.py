"""Which language an answer has, and what stays the same in all of them."""

import zlib
from dataclasses import replace

import orjson
import pytest

from hooks.audit.basis import unpack
from hooks.audit.replay import replay
from hooks.languages import LANGUAGES
from tests import calls
from tests.hooks.audited import audited

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


def test_a_spanish_card_is_made_again_and_a_record_from_before_languages_is_english(tmp_path):
    spanish = {"ehr-a": {"features": {"language": "es"}}}
    with audited(tmp_path, f"sqlite:///{tmp_path}/hepar.db", **spanish) as service:
        assert service.call().headers["Content-Language"] == "es"
        (row,) = service.rows()
    kept = unpack(row.kept)
    assert kept.cards[0]["overrideReasons"][0]["display"] != ""
    assert [replay(kept, card["uuid"]).differences for card in kept.cards] == [[] for _ in kept.cards]
    before = orjson.loads(zlib.decompress(row.kept))
    del before["basis"]["form"]["language"]
    assert unpack(zlib.compress(orjson.dumps(before))).basis.form.language == "en"


@pytest.mark.parametrize(
    "wanted", ["es;q=1e999", "es;q=nan", "," * 5000, "es-" * 2000, "*", "\u00e9s", "es;q=-1", ";q=1,es"]
)
def test_no_header_breaks_a_call(client, wanted):
    answer = client.post(SERVICE, json=calls.call(), headers={"Accept-Language": wanted})
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] in LANGUAGES


def test_the_description_of_the_service_names_the_header(client):
    (header,) = client.get("/openapi.json").json["paths"]["/cds-services/{id}"]["post"]["parameters"]
    assert (header["in"], header["name"]) == ("header", "Accept-Language")
    assert all(tag in header["description"] for tag in LANGUAGES)

"""The pages for those who connect an EHR: what is to be copied is what the service says, and the examples work."""

import tomllib
from html import unescape

import pytest

from hooks.guide.__main__ import written
from hooks.guide.vendor_words import SETTINGS, VENDORS, Vendor
from hooks.overriding import REASONS
from hooks.services import KEYS, SERVICES, queries
from hooks.settings import settings_from
from hooks.settings_schema import ClientTable, FeaturesTable

PAGES = {name.removesuffix(".html"): unescape(text) for name, text in written().items() if name.startswith("vendors")}
EACH_VENDOR = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.path)


def test_services_queries_and_reasons_stand_there_to_be_copied() -> None:
    page = PAGES["vendors"]
    for id in SERVICES:
        assert f"/cds-services/{id}</code>" in page
    for key in KEYS:
        assert f"<code>{key}</code>" in page
        assert f"<code>{queries()[key]}</code>" in page
    for code in REASONS:
        assert f"<code>{code}</code>" in page


@EACH_VENDOR
def test_the_example_of_a_vendor_is_one_that_production_takes(vendor: Vendor) -> None:
    assert vendor.settings in PAGES[vendor.path]
    whole = {"server": {"public_url": "https://cds.hospital.org"}, "storage": {"url": "sqlite://"}}
    found = settings_from({**whole, **tomllib.loads(vendor.settings)}, "hepar.toml", dev=False)
    assert [client.name for client in found.clients] == [vendor.path.rpartition("/")[2]]


@EACH_VENDOR
def test_a_vendors_page_says_what_it_rests_on_and_that_it_was_not_tried(vendor: Vendor) -> None:
    assert "None of this was tried with the vendor" in PAGES[vendor.path]
    assert any(text.startswith("Not found: ") for text in vendor.rests_on)


def test_every_setting_of_a_client_is_explained_by_when_it_is_needed() -> None:
    fields = {name for name in ClientTable().fields if name != "features"}
    assert {name for name, _ in SETTINGS} == fields | {f"features.{name}" for name in FeaturesTable().fields}


def test_nothing_of_the_notation_is_left_in_a_page() -> None:
    left = [path for path, text in PAGES.items() if "`" in text or "](" in text or "{here}" in text]
    assert not left

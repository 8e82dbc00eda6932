"""A theme is a file of values, and nothing else gets in by it."""

from pathlib import Path

import pytest
from django.test import Client

from meldpunt.site import theme
from meldpunt.site.config import BadSetting

EXAMPLE = Path(__file__).parents[2] / "docs" / "theme-harbour.css"


def loaded(folder, text, name="own.css"):
    (folder / name).write_text(text)
    return theme.load(folder, name)


def test_the_example_may_be_used(tmp_path):
    assert loaded(tmp_path, EXAMPLE.read_text()) == EXAMPLE.read_text()
    assert theme.load(tmp_path, "") == ""


def test_what_the_community_names_may_be_given_too(tmp_path):
    assert loaded(tmp_path, ":root { --utrecht-button-primary-action-background-color: #154273; --own-blue: #154273 }")


@pytest.mark.parametrize(
    "text",
    [
        ":root { --meldpunt-color-paper: url(https://elsewhere.example/x) }",
        ":root { --meldpunt-color-paper: \\75rl(x) }",
        '@import "https://elsewhere.example/x.css";',
        ":root { color: red }",
        ".slip { display: none }",
        ":root { --meldpunt-color-papr: #fff }",
        ":root { --meldpunt-color-paper: #fff } .slip { --meldpunt-color-late: #fff }",
        "@media print { :root { --meldpunt-color-paper: #fff } }",
        "@media (prefers-color-scheme: dark) { :root { --meldpunt-color-paper: #fff } .slip { display: none } }",
        ":root { --meldpunt-color-paper: #fff",
        ":root { --meldpunt-color-paper: </style> }",
        "x" * (65 << 10),
    ],
)
def test_anything_else_stops_the_start_with_a_sentence(tmp_path, text):
    with pytest.raises(BadSetting, match=r"own\.css"):
        loaded(tmp_path, text)


@pytest.mark.parametrize("name", ["../own.css", "own.txt", "/etc/own.css", "absent.css"])
def test_only_a_file_of_the_data_folder_is_read(tmp_path, name):
    with pytest.raises(BadSetting, match="theme"):
        theme.load(tmp_path, name)


@pytest.mark.django_db
@pytest.mark.parametrize("shell", ["portal", "desk", "setup"])
def test_every_shell_serves_it_to_everybody(settings, shell):
    settings.ROOT_URLCONF, settings.MELDPUNT_THEME = f"meldpunt.site.urls_{shell}", EXAMPLE.read_text()
    answer = Client().get("/theme.css")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert answer.content.decode() == EXAMPLE.read_text()


@pytest.mark.django_db
def test_a_page_names_it_only_when_there_is_one(settings):
    settings.ROOT_URLCONF = "meldpunt.site.urls_desk"
    assert "/theme.css" not in Client().get("/sign-in/").content.decode()
    settings.MELDPUNT_THEME = EXAMPLE.read_text()
    assert "/theme.css" in Client().get("/sign-in/").content.decode()


@pytest.mark.django_db
def test_the_switch_of_languages_keeps_what_the_address_asks(settings):
    settings.ROOT_URLCONF = "meldpunt.site.urls_desk"
    page = Client().get("/sign-in/?next=/score/&lang=en").content.decode()
    assert 'href="?next=%2Fscore%2F&amp;lang=nl"' in page

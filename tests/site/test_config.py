"""Settings: three sources, and a sentence for what cannot be."""

import pytest

from meldpunt.site.config import BadSetting, load


def settings(tmp_path, file: str = "", **environ: str):
    (tmp_path / "meldpunt.toml").write_text(file)
    named = {f"MELDPUNT_{name.upper()}": value for name, value in environ.items()}
    return load({"MELDPUNT_DATA": str(tmp_path), "PATH": "/bin", **named})


def test_the_later_source_wins(tmp_path):
    assert settings(tmp_path).web == "127.0.0.1:8080"
    assert settings(tmp_path, 'web = "127.0.0.1:1"').web == "127.0.0.1:1"
    assert settings(tmp_path, 'web = "127.0.0.1:1"', web="127.0.0.1:2").web == "127.0.0.1:2"


def test_a_mark_that_an_editor_put_before_the_text_is_no_mistake(tmp_path):
    assert settings(tmp_path, '\ufeffweb = "127.0.0.1:1"').web == "127.0.0.1:1"


def test_what_is_no_setting_of_ours_is_left_alone(tmp_path):
    settings(tmp_path, role="desk", setup_token="x", supervisor="12", init_name="N")


@pytest.mark.parametrize(
    ("file", "environ", "sentence"),
    [
        ('colour = "red"', {}, "no setting called colour."),
        ('smpt = "mail:25"', {}, "meldpunt.toml: there is no setting called smpt. Did you mean smtp?"),
        ("", {"smpt": "mail:25"}, "no setting called MELDPUNT_SMPT. Did you mean MELDPUNT_SMTP?"),
        ('[smtp]\nhost = "mail:25"', {}, "smtp must be a text between quotes"),
        ('smtp = "a:25"\nsmtp = "b:25"', {}, "Cannot overwrite a value"),
        ("", {"public_url": "https://[::1"}, "public_url is no address: https://[::1"),
        ("", {"public_url": "https://a.example:port"}, "public_url is no address"),
        ("", {"public_url": "https://a.example/report"}, "public_url must end after the host name, without a path"),
        ("", {"api": "127.0.0.1:1", "api_url": "api.example"}, "api_url must start with https://"),
        ("", {"database": "mysql://host/name"}, "database must be like postgresql://"),
        ("", {"own_lists": "security@a.example, security"}, "own_lists must be mail addresses"),
        ("", {"colour": "red"}, "no setting called MELDPUNT_COLOUR"),
        ("web = 8080", {}, "web must be a text"),
        ("web = ", {}, "meldpunt.toml cannot be read"),
        ("", {"web": "8080"}, "web must be host:port"),
        ("", {"web": "127.0.0.1:99999"}, "web must be host:port"),
        ("", {"web": "127.0.0.1:8024"}, "web and lmtp cannot have the same address"),
        ("", {"web": "0.0.0.0:8080"}, "web listens on every address: set public_url"),
        ("", {"desk": "[::]:8081"}, "desk listens on every address: set desk_url"),
        ("", {"passkey_domain": "voorbeeldstad.example"}, "passkey_domain is voorbeeldstad.example: it must be"),
        (
            "",
            {"desk_url": "https://desk.voorbeeldstad.example", "passkey_domain": "voorbeelstad.example"},
            "passkey_domain is voorbeelstad.example: it must be",
        ),
        ("", {"desk_url": "https://desk.nl", "passkey_domain": "nl"}, "passkey_domain is nl"),
        ("", {"desk_url": "http://desk.example", "passkey_domain": "desk.example"}, "passkey_domain is desk.example"),
        ("", {"public_url": "meldpunt.example"}, "public_url must start with https://"),
        ("", {"onion_url": "http://meldpunt.example"}, "onion_url must be like http://name.onion"),
        ("", {"smtp_security": "ssl"}, "smtp_security must be none, opportunistic, starttls or tls"),
        ("", {"answer_addresses": "both"}, "answer_addresses must be plain or tagged"),
        (
            "",
            {"smtp_security": "opportunistic", "smtp_user": "m", "smtp_password_file": "f"},
            "smtp_security is opportunistic: the password would be readable",
        ),
        ("", {"key_lookup": "yes"}, "key_lookup must be off or wkd"),
        ("", {"smtp_user": "m"}, "go together"),
        ("", {"smtp_user": "m", "smtp_password_file": "f"}, "readable"),
    ],
)
def test_what_cannot_be_is_a_sentence(tmp_path, file, environ, sentence):
    with pytest.raises(BadSetting) as refused:
        settings(tmp_path, file, **environ)
    assert sentence in str(refused.value)


def test_listening_everywhere_with_a_name_is_fine(tmp_path):
    found = settings(tmp_path, web="0.0.0.0:8080", public_url="https://meldpunt.example/")
    assert found.portal_address == "https://meldpunt.example" and found.secure


@pytest.mark.parametrize(
    ("environ", "site"),
    [
        ({}, ("localhost", "http://localhost:8081")),
        ({"desk_url": "https://desk.example"}, ("desk.example", "https://desk.example")),
        ({"desk_url": "https://desk.example:8443/"}, ("desk.example", "https://desk.example:8443")),
        (
            {"desk_url": "https://desk.city.example", "passkey_domain": "city.example"},
            ("city.example", "https://desk.city.example"),
        ),
        ({"desk_url": "http://desk.example"}, None),  # browsers have no passkeys there
        ({"desk_url": "https://192.0.2.7"}, None),
    ],
)
def test_passkeys_follow_the_address_of_the_desk(tmp_path, environ, site):
    assert settings(tmp_path, **environ).passkeys == site

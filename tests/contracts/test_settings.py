"""Every setting is read once, checked, and named when it is wrong."""

from pathlib import Path

import pytest

from backend import settings

ROOT = Path(__file__).parent.parent.parent


def test_without_any_variable_the_defaults_hold():
    found = settings.read({})

    assert (found.host, found.port, found.tls, found.demo) == ("127.0.0.1", 8000, "off", False)
    assert found.data.is_absolute()
    assert not found.secure


def test_values_are_read_into_their_types():
    found = settings.read(
        {
            "GRIDWALK_HOST": "0.0.0.0",
            "GRIDWALK_PORT": "9000",
            "GRIDWALK_DATA": "/srv/gridwalk",
            "GRIDWALK_DEMO": "1",
            "GRIDWALK_PUBLIC_URL": "https://gridwalk.example.cn/",
            "DATABASE_URL": "postgresql://gridwalk@db/gridwalk",
            "PATH": "/bin",
        }
    )

    assert (found.host, found.port, found.data, found.demo) == ("0.0.0.0", 9000, Path("/srv/gridwalk"), True)
    assert found.public_url == "https://gridwalk.example.cn"
    assert found.database_url == "postgresql://gridwalk@db/gridwalk"
    assert found.secure


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GRIDWALK_PROT", "8000"),
        ("GRIDWALK_PORT", "80000"),
        ("GRIDWALK_PORT", "-1"),
        ("GRIDWALK_PORT", "８０"),
        ("GRIDWALK_DEMO", "maybe"),
        ("GRIDWALK_TLS", "yes"),
        ("GRIDWALK_TLS", "files"),
        ("GRIDWALK_TLS_CERT", "/nowhere/cert.pem"),
        ("GRIDWALK_DATA", "/dev/null"),
        ("GRIDWALK_TIMEZONE", "Shanghai"),
        ("GRIDWALK_TIMEZONE", "../../etc/passwd"),
        ("GRIDWALK_LOG_LEVEL", "loud"),
        ("GRIDWALK_BASE_MAPS", "/nowhere/base-maps.yaml"),
        ("GRIDWALK_BASE_MAP_CACHE_MB", "0"),
        ("GRIDWALK_BASE_MAP_CACHE_MB", "plenty"),
        ("GRIDWALK_PUBLIC_URL", "gridwalk.example.cn"),
        ("GRIDWALK_PUBLIC_URL", "https://example.cn/sub/path"),
        ("GRIDWALK_PROXIES", "proxy"),
        ("GRIDWALK_PROXIES", "127.0.0.1,10.0.0.7/8"),
        ("DATABASE_URL", "mysql://db"),
    ],
)
def test_a_wrong_setting_is_named(name, text):
    with pytest.raises(settings.BadSettings, match=name):
        settings.read({name: text})


@pytest.mark.parametrize("text", ["*", "10.0.0.7", "127.0.0.1, ::1,10.0.0.0/8"])
def test_proxies_are_addresses_or_all(text):
    assert settings.read({"GRIDWALK_PROXIES": text}).proxies == text.replace(" ", "")


def test_all_wrong_settings_are_named_at_once():
    with pytest.raises(settings.BadSettings) as caught:
        settings.read({"GRIDWALK_PORT": "x", "GRIDWALK_NEW": "1"})

    assert "GRIDWALK_PORT" in str(caught.value)
    assert "GRIDWALK_NEW" in str(caught.value)


def test_a_wrong_database_address_is_not_repeated_because_it_holds_a_password():
    with pytest.raises(settings.BadSettings) as caught:
        settings.read({"DATABASE_URL": "mysql://me:secret@db"})

    assert "secret" not in str(caught.value)


def test_a_certificate_without_being_asked_for_is_a_contradiction(tmp_path):
    (tmp_path / "cert.pem").write_text("")

    with pytest.raises(settings.BadSettings, match="GRIDWALK_TLS=files"):
        settings.read({"GRIDWALK_TLS_CERT": str(tmp_path / "cert.pem")})


def test_https_for_phones_listens_on_the_network_unless_told_otherwise():
    assert settings.read({"GRIDWALK_TLS": "local"}).host == "0.0.0.0"
    assert settings.read({"GRIDWALK_TLS": "local", "GRIDWALK_HOST": "127.0.0.1"}).host == "127.0.0.1"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_setting_is_in_the_readmes(readme):
    text = (ROOT / readme).read_text()

    assert [name for name in settings.variables() if name not in text] == []

"""Read the environment, once, into one frozen Settings; an unknown or bad value stops the boot by its name."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args
from typing import Literal as Choice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Tls = Choice["off", "local", "files"]
Pin = Choice["required", "offered"]
LogLevel = Choice["debug", "info", "warning", "error"]


class BadSettings(ValueError):
    """One or more settings are unknown or have a bad value; the message names each on its own line."""


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise ValueError("is not a port number from 0 to 65535")
    return int(text)


def _megabytes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise ValueError("is not a number of megabytes from 1 to 1000000")
    return int(text)


def _switch(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError("is neither 1 nor 0")
    return known[text.lower()]


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"is none of {', '.join(choices)}")
        return text

    return read


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise ValueError("is not a file that can be read")
    return Path(text)


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is not a folder")
    return path


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("is not an address such as https://gridwalk.example.cn, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _timezone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not a time zone such as Asia/Shanghai") from error


def _database_url(text: str) -> str:
    if not re.match(r"postgres(ql)?://", text):
        raise ValueError("is not a postgresql:// address")
    return text


def _addresses(text: str) -> str:
    parts = [each.strip() for each in text.split(",")]
    try:
        for each in parts:
            ip_network("0.0.0.0/0" if text == "*" else each)
    except ValueError:
        raise ValueError("is not a list of addresses such as 127.0.0.1,10.0.0.0/8, nor *") from None
    return ",".join(parts)


def _words(text: str) -> str:
    return text.strip()


def _setting(default: Any, read: Callable[[str], Any], purpose: str, variable: str = "") -> Any:
    return field(default=default, metadata={"read": read, "purpose": purpose, "variable": variable})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between two installations."""

    host: str = _setting("127.0.0.1", _words, "Address to listen on; 0.0.0.0 lets phones on the network in")
    port: int = _setting(8000, _port, "Port to listen on")
    data: Path = _setting(
        Path(".gridwalk").absolute(), _folder, "Folder of the database, photos, certificates and secret"
    )
    tls: Tls = _setting(
        "off",
        _one_of(get_args(Tls)),
        "off; local: own authority, for phones on the network; files: the two below",
    )
    tls_cert: Path | None = _setting(None, _file, "Certificate chain, PEM")
    tls_key: Path | None = _setting(None, _file, "Private key, PEM")
    public_url: str = _setting("", _public_url, "Address that people open, when a proxy stands in front")
    proxies: str = _setting("127.0.0.1", _addresses, "Addresses of proxies whose X-Forwarded headers are believed")
    sponsor: str = _setting("", _words, "Who runs this, shown in the footer")
    filing_number: str = _setting("", _words, "Filing number (备案编号), shown in the footer")
    complaints: str = _setting("", _words, "Where to complain: a telephone number or address, shown in the footer")
    timezone: str = _setting("Asia/Shanghai", _timezone, "Time zone of days, deadlines and periods")
    require_totp: bool = _setting(False, _switch, "Desk roles must have a second factor")
    pin: Pin = _setting(
        "required", _one_of(get_args(Pin)), "A PIN guards what lies on a phone: required, or offered and may be put off"
    )
    demo: bool = _setting(False, _switch, "Load the demo subdistrict into an empty database")
    base_maps: Path | None = _setting(None, _file, "A YAML file that describes base maps; without it the map has none")
    base_map_cache_mb: int = _setting(500, _megabytes, "Room for kept tiles of map services, in megabytes")
    log_level: LogLevel = _setting("info", _one_of(get_args(LogLevel)), "debug, info, warning or error")
    postgres_bin: Path | None = _setting(
        None, _folder, "Folder of the postgres program to embed, before all others", "PG_BIN"
    )
    database_url: str = _setting(
        "", _database_url, "An external PostgreSQL 15 or newer; without it the embedded one is used", "DATABASE_URL"
    )

    @property
    def secure(self) -> bool:
        """Do people reach this server by HTTPS?"""
        return self.tls != "off" or self.public_url.startswith("https:")


def variables() -> dict[str, tuple[str, str, str]]:
    """Return, by variable, the field of Settings, its default as text and its purpose."""
    return {_variable(each): (each.name, _as_text(each.default), each.metadata["purpose"]) for each in fields(Settings)}


def _variable(each: Any) -> str:
    return each.metadata["variable"] or f"GRIDWALK_{each.name.upper()}"


def _as_text(default: Any) -> str:
    if isinstance(default, bool):
        return "1" if default else "0"
    if isinstance(default, Path):
        return default.name
    return "" if default is None else str(default)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in an environment, the process's own when none is given.

    Errors: BadSettings naming every unknown GRIDWALK_ variable and every bad value.
    """
    given = os.environ if environment is None else environment
    known = {_variable(each): each for each in fields(Settings)}
    wrong = [f"{name} is not a setting" for name in sorted(given) if name.startswith("GRIDWALK_") and name not in known]
    values: dict[str, Any] = {}
    for name, each in known.items():
        text = given.get(name, "").strip()
        if not text:
            continue
        try:
            values[each.name] = each.metadata["read"](text)
        except ValueError as error:
            shown = "" if name == "DATABASE_URL" else f"={text}"  # it holds a password
            wrong.append(f"{name}{shown} {error}")
    settings = Settings(**values)
    wrong += _contradictions(settings, values)
    if wrong:
        raise BadSettings("\n".join(wrong))
    if settings.tls == "local" and "host" not in values:
        return replace(settings, host="0.0.0.0")  # noqa: S104  # phones on the network are what it is for
    return settings


def _contradictions(settings: Settings, values: Mapping[str, Any]) -> list[str]:
    found = []
    if settings.tls == "files" and not (settings.tls_cert and settings.tls_key):
        found.append("GRIDWALK_TLS=files needs GRIDWALK_TLS_CERT and GRIDWALK_TLS_KEY")
    if settings.tls != "files" and ("tls_cert" in values or "tls_key" in values):
        found.append("GRIDWALK_TLS_CERT and GRIDWALK_TLS_KEY need GRIDWALK_TLS=files")
    return found

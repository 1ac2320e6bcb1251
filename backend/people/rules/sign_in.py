"""Decide when a sign-in is refused, how long sessions last, and what counts as a login or a password."""

import re
import unicodedata
from datetime import timedelta
from typing import Final

from backend.problems import Problem

ENROLLED_FOR: Final = timedelta(days=90)
DESK_IDLE: Final = timedelta(hours=12)
CODE_LASTS: Final = timedelta(hours=24)
FRESH_FOR: Final = timedelta(minutes=10)  # so long after a sign-in a phone may ask for the key of its own data
SEEN_EVERY: Final = timedelta(minutes=10)  # how often a session notes that it is in use

PASSWORD_LETTERS_MIN: Final = 8
PASSWORD_LETTERS_MAX: Final = 200

# An account may be mistyped five times; an office shares one address, so it may be mistaken more often.
FREE_ATTEMPTS: Final = {"account": 5, "address": 40}
WAIT_FIRST_S: Final = 5
WAIT_MOST_S: Final = 900
FORGET_AFTER: Final = timedelta(hours=24)

_COMMON: Final = frozenset(
    [
        "12345678",
        "123456789",
        "1234567890",
        "11111111",
        "00000000",
        "88888888",
        "66666666",
        "password",
        "passw0rd",
        "qwertyui",
        "qwerty123",
        "abc12345",
        "abcd1234",
        "1qaz2wsx",
        "iloveyou",
        "admin123",
        "woaini1314",
        "5201314520",
        "a1234567",
        "aa123456",
        "12345678a",
        "gridwalk",
    ]
)


class WrongPassword(Problem):
    """The login or the password is wrong; which of the two is not told."""

    status = 401
    title_en, title_zh = "Wrong name or password", "账号或密码错误"
    detail_en = (
        "The name, phone number or password is wrong. Check it, or ask your administrator for a new sign-in code."
    )
    detail_zh = "账号（姓名或手机号）或密码错误，请核对；忘记密码请联系管理员重新发码登录。"


class Throttled(Problem):
    """Too many sign-ins failed for this account or from this address."""

    status = 429
    retryable = True
    title_en, title_zh = "Too many attempts", "尝试次数过多"
    detail_en = "Wait {wait_s} seconds before you sign in again."
    detail_zh = "请等待 {wait_s} 秒后再登录。"


class TotpNeeded(Problem):
    """The password was right; the six digits of the second factor are still missing."""

    status = 401
    title_en, title_zh = "Six digits needed", "请输入动态验证码"
    detail_en = "Enter the six digits that your authenticator app shows now."
    detail_zh = "请输入身份验证器当前显示的六位数字。"


class TotpWrong(Problem):
    """The six digits are wrong, too old, or were used before."""

    status = 401
    title_en, title_zh = "Six digits not accepted", "动态验证码无效"
    detail_en = "These six digits are wrong or were used already. Wait for the next ones and check the phone's clock."
    detail_zh = "验证码错误或已使用，请等待新的验证码再试，并核对手机时间。"


class TotpNotStarted(Problem):
    """A second factor is confirmed that was never started."""

    status = 409
    title_en, title_zh = "Not started", "尚未开始绑定"
    detail_en = "First show the code for the authenticator app, then enter its six digits."
    detail_zh = "请先获取身份验证器二维码，再输入六位数字。"


class TotpSetUpNeeded(Problem):
    """The role needs a second factor, and this person has not set one up yet."""

    status = 403
    title_en, title_zh = "Second factor needed", "请先绑定身份验证器"
    detail_en = "Your role needs a second factor. Open Me, Second factor, and set it up first."
    detail_zh = "您的岗位须启用双重验证。请先在“我的”中绑定身份验证器。"


class DeviceRevoked(Problem):
    """The device was withdrawn by an administrator."""

    status = 401
    title_en, title_zh = "This device was withdrawn", "本设备已被收回"
    detail_en = "An administrator withdrew this device. What is on it is kept; ask for a new sign-in code."
    detail_zh = "管理员已收回本设备的登录，本机记录仍保留。请联系管理员重新发码登录。"


class CodeUnknown(Problem):
    """There is no such enrolment code."""

    status = 404
    title_en, title_zh = "Unknown sign-in code", "登录码无效"
    detail_en = "This sign-in code does not exist. Ask your administrator for a new one."
    detail_zh = "该登录码不存在，请联系管理员重新生成。"


class CodeSpent(Problem):
    """The enrolment code was used already."""

    status = 409
    title_en, title_zh = "Sign-in code already used", "登录码已使用"
    detail_en = "A sign-in code works once, and this one was used. Ask your administrator for a new one."
    detail_zh = "登录码只能使用一次，此码已被使用，请联系管理员重新生成。"


class CodeExpired(Problem):
    """The enrolment code is older than 24 hours."""

    status = 410
    title_en, title_zh = "Sign-in code expired", "登录码已过期"
    detail_en = "A sign-in code works for 24 hours. Ask your administrator for a new one."
    detail_zh = "登录码 24 小时内有效，此码已过期，请联系管理员重新生成。"


class SignInAgain(Problem):
    """The session is too old for what is asked: whoever holds the phone must first prove anew who he is."""

    status = 403
    title_en, title_zh = "Sign in again first", "请先重新登录"
    detail_en = "This needs a fresh sign-in. Sign in with your password or a new code, then it is done at once."
    detail_zh = "为保护本机数据，请先用密码或新的登录码重新登录，再办理此项。"


class WeakPassword(Problem):
    """The new password is too short, too long, or among those that everybody tries first."""

    status = 422
    title_en, title_zh = "Password too weak", "密码过于简单"
    detail_en = "Choose at least {letters_min} characters that are not your name, your number or a common password."
    detail_zh = "密码至少 {letters_min} 个字符，不能是姓名、手机号或常见密码。"


class LoginTaken(Problem):
    """Another account signs in with this name, phone number or id."""

    status = 409
    title_en, title_zh = "Already in use", "已被使用"
    detail_en = "This {field} belongs to another account. Choose another, or look the person up in the list."
    detail_zh = "该项（{field}）已属于另一账号，请更换，或在人员列表中查找此人。"


class EndedAlready(Problem):
    """The posting has ended, or would end before yesterday."""

    status = 409
    title_en, title_zh = "Posting already ended", "岗位已结束"
    detail_en = "A posting ends yesterday at the earliest, and only once. Refresh the list."
    detail_zh = "岗位最早于昨日结束，且只能结束一次，请刷新列表。"


def wait_s(kind: str, failures: int) -> int:
    """Return how many seconds to wait after so many failures in a row, of an `account` or an `address`."""
    beyond = failures - FREE_ATTEMPTS[kind]
    return 0 if beyond < 0 else min(WAIT_MOST_S, WAIT_FIRST_S * 2 ** min(beyond, 10))


def normalised_login(text: str) -> str:
    """Return a login as it is compared: composed, without case or surrounding space."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def normalised_phone(text: str) -> str | None:
    """Return a telephone number as digits without the country code +86, or None when it is no such number."""
    digits = re.sub(r"[\s()\-－]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+|00)86", "", digits)
    return digits if re.fullmatch(r"\+?[0-9]{5,15}", digits) else None


def why_weak(password: str, *names: str | None) -> WeakPassword | None:
    """Return why a new password is refused; `names` are what the person is called and signs in with."""
    letters = unicodedata.normalize("NFC", password)
    known = {normalised_login(name) for name in names if name}
    fits = PASSWORD_LETTERS_MIN <= len(letters) <= PASSWORD_LETTERS_MAX
    if fits and letters.casefold() not in _COMMON | known and len(set(letters)) > 2:
        return None
    return WeakPassword(letters_min=PASSWORD_LETTERS_MIN)

"""Define Problem, a final refusal with its code, its words and its status, and those that every slice may raise."""

import re
from typing import Any, ClassVar

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Facts(dict[str, object]):
    """Facts for a template; one that is missing prints as a dash, because a refusal must never become a failure."""

    def __missing__(self, name: str) -> str:
        return "—"


class Problem(Exception):
    """The server refuses, finally, and says what to do next."""

    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False
    title_en: ClassVar[str] = "Not possible"
    title_zh: ClassVar[str] = "无法办理"
    detail_en: ClassVar[str] = "This cannot be done. Check what you entered, then try again."
    detail_zh: ClassVar[str] = "无法办理，请核对填写内容后再试。"
    code: ClassVar[str] = "problem"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.code = _WORD_STARTS.sub("-", cls.__name__).lower()

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code}: {self.detail()}"

    def detail(self, language: str = "en") -> str:
        """Return the sentence for this occurrence, in `en` or `zh`, filled from its facts."""
        template = self.detail_zh if language == "zh" else self.detail_en
        return template.format_map(_Facts(self.facts))

    def as_body(self, instance: str | None = None) -> dict[str, object]:
        """Return the body of RFC 9457, in both languages, with the facts as extension members."""
        body: dict[str, object] = {
            "type": f"/problems/{self.code}",
            "title": self.title_en,
            "status": self.status,
            "detail": self.detail("en"),
            "title_zh": self.title_zh,
            "detail_zh": self.detail("zh"),
        }
        if instance is not None:
            body["instance"] = instance
        return {**self.facts, **body}


class NotSignedIn(Problem):
    """Nobody is signed in, or the session has ended."""

    status = 401
    title_en, title_zh = "Please sign in", "请先登录"
    detail_en = "Your sign-in has ended or was withdrawn. Sign in again; what is still on this phone is kept."
    detail_zh = "登录已失效或被收回，请重新登录；本机未上传的记录不会丢失。"


class NotFound(Problem):
    """There is nothing of that name within the person's reach."""

    status = 404
    title_en, title_zh = "Not found", "没有找到"
    detail_en = "It does not exist, or it is outside your area. Go back and refresh the list."
    detail_zh = "该内容不存在，或不在您的辖区内。请返回并刷新列表。"


class NotYourRole(Problem):
    """The thing is within the person's reach, but this step belongs to another role."""

    status = 403
    title_en, title_zh = "Not your role", "您的岗位不能办理"
    detail_en = "Your role cannot do this. Ask: {roles}."
    detail_zh = "您的岗位无此权限，请联系：{roles}。"


class CrossSite(Problem):
    """The request was sent by a page of another site."""

    status = 403
    title_en, title_zh = "Sent from another site", "请求来自其他网站"
    detail_en = "This was sent by another site and was not done. Open Gridwalk itself and try there."
    detail_zh = "该请求来自其他网站，未予执行。请打开巡格后再操作。"


class Malformed(Problem):
    """The request does not have the agreed form; `errors` names each wrong field."""

    status = 400
    title_en, title_zh = "Not understood", "内容格式有误"
    detail_en = "The request does not have the agreed form. Reload the page to get the current version, then try again."
    detail_zh = "请求内容格式有误。请刷新页面获取最新版本后再试。"

    @classmethod
    def at(cls, pointer: str, reason: str) -> "Malformed":
        """Return the refusal of one field, `pointer` being its JSON pointer."""
        return cls(errors=[{"pointer": pointer, "reason": reason}])


class MethodNotAllowed(Problem):
    """The address exists but does not understand this method."""

    status = 405
    title_en, title_zh = "Not possible here", "此处不支持该操作"
    detail_en = "This address does not accept that method. Reload the page to get the current version."
    detail_zh = "该地址不支持此操作。请刷新页面获取最新版本。"


class TooLarge(Problem):
    """The request carries more bytes than this address accepts."""

    status = 413
    title_en, title_zh = "Too large", "内容过大"
    detail_en = "At most {limit_bytes} bytes are accepted here. Send less at a time."
    detail_zh = "此处最多接收 {limit_bytes} 字节，请分批发送。"


class UnsupportedContent(Problem):
    """The body is of a type that this address does not read."""

    status = 415
    title_en, title_zh = "Type not accepted", "内容类型不支持"
    detail_en = "This address does not read that type of content; it accepts {accepted}."
    detail_zh = "此处不支持该类型的内容，仅接受 {accepted}。"


class TooMany(Problem):
    """More was asked than is allowed within a time."""

    status = 429
    retryable = True
    title_en, title_zh = "Too many attempts", "操作过于频繁"
    detail_en = "Wait {retry_after_s} seconds, then try again."
    detail_zh = "请等待 {retry_after_s} 秒后再试。"


class ServerFailed(Problem):
    """The server failed; the fault is its own and was written to its log."""

    status = 500
    retryable = True
    title_en, title_zh = "The server failed", "服务器出错"
    detail_en = "Nothing was changed. Try again; if it stays, tell the office the number {instance}."
    detail_zh = "未作任何更改，请稍后再试。如仍出错，请将编号 {instance} 告知管理员。"


class Busy(Problem):
    """The server cannot answer for the moment; the same request may be sent again."""

    status = 503
    retryable = True
    title_en, title_zh = "Busy for the moment", "服务器暂时繁忙"
    detail_en = "Try again in a moment; what you entered is kept."
    detail_zh = "请稍后再试，已填写的内容不会丢失。"


class StorageFull(Problem):
    """The server's disk is full; nothing that was acknowledged is touched."""

    status = 507
    retryable = True
    title_en, title_zh = "Server storage full", "服务器空间不足"
    detail_en = "The server has no room now. What you entered stays on the phone and is sent again by itself."
    detail_zh = "服务器存储空间不足，内容仍保存在本机，稍后会自动重传。请告知管理员。"


def catalogue() -> dict[str, type[Problem]]:
    """Return every kind of Problem that has been imported, by code, in alphabetical order.

    Errors: ValueError when two kinds would share one code.
    """
    found: dict[str, type[Problem]] = {}
    waiting = list(Problem.__subclasses__())
    while waiting:
        kind = waiting.pop()
        if found.setdefault(kind.code, kind) is not kind:
            raise ValueError(f"two kinds of Problem are called {kind.code}")
        waiting += kind.__subclasses__()
    return dict(sorted(found.items()))

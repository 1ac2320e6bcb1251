"""Tell what a mutation is (new, a repeat, or a reused id), whether it must be reviewed, and which rulebooks count."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from backend.problems import Problem


class IdReused(Problem):
    """A mutation carries the id of another one."""

    status = 409
    title_en, title_zh = "Number already used", "记录编号重复"
    detail_en = "Another record ({known}) has this record's id. It stays on this phone; enter it again as a new one."
    detail_zh = "该编号已被另一条记录（{known}）使用。本条仍保存在本机，请重新填写为新记录。"


class UnknownMutation(Problem):
    """The server knows no mutation of this name."""

    status = 422
    title_en, title_zh = "Unknown kind of record", "无法识别的记录类型"
    detail_en = "The server does not know {name}. Update the app; the record stays on this phone."
    detail_zh = "服务器不识别“{name}”，请更新应用。该记录仍保存在本机。"


class RulebookOutdated(Problem):
    """The phone works by rules that are no longer accepted."""

    status = 409
    title_en, title_zh = "Please update the app", "请更新应用"
    detail_en = "This app is too old for the server. Reload it while online; nothing that waits on the phone is lost."
    detail_zh = "应用版本过旧，请联网后重新打开以更新；本机待上传的记录不会丢失。"


class CursorStale(Problem):
    """What the phone holds no longer matches what it may see; it starts afresh and keeps its outbox."""

    status = 409
    title_en, title_zh = "Fetch everything again", "需要重新下载"
    detail_en = "Your area or the app has changed. The list is fetched again; what waits on this phone is kept."
    detail_zh = "您的辖区或应用版本有变动，将重新下载列表；本机待上传的记录会保留。"


class HeldTooOld(Problem):
    """The work was done long ago, so a person at the desk looks at it first."""

    status = 409
    title_en, title_zh = "Waits for review", "等待后台审核"
    detail_en = "This was recorded more than {hours} hours ago. The office looks at it first; nothing is lost."
    detail_zh = "该记录填写时间已超过 {hours} 小时，需后台审核后受理，记录不会丢失。"


class HeldRevokedDevice(Problem):
    """The device was withdrawn since, so a person at the desk looks at its work first."""

    status = 409
    title_en, title_zh = "Waits for review", "等待后台审核"
    detail_en = "This was made on device {device}, which was withdrawn. The office looks at it first; nothing is lost."
    detail_zh = "该记录来自已收回的设备 {device}，需后台审核后受理，记录不会丢失。"


class RefusedOnReview(Problem):
    """Somebody at the desk looked at a held record and refused it."""

    status = 409
    title_en, title_zh = "Refused after review", "审核未通过"
    detail_en = "The office refused this record: {reason}. Ask the office, and enter it again if it still holds."
    detail_zh = "后台审核未受理：{reason}。如有疑问请联系后台；情况仍存在的请重新登记。"


class AlreadyReviewed(Problem):
    """Somebody decided on the held record before."""

    status = 409
    title_en, title_zh = "Already reviewed", "已审核"
    detail_en = "This record was reviewed already. Refresh the list."
    detail_zh = "该记录已审核，请刷新列表。"


class OwnRecord(Problem):
    """Nobody reviews his own record."""

    status = 403
    title_en, title_zh = "Not your own record", "不能审核本人的记录"
    detail_en = "You made this record yourself. Ask a colleague to review it."
    detail_zh = "该记录由您本人填写，请由其他同事审核。"


class Place(StrEnum):
    """What a mutation is, seen from what is stored."""

    NEW = "new"
    REPEAT = "repeat"
    REUSED_ID = "reused_id"


class Outcome(StrEnum):
    """What became of a mutation."""

    APPLIED = "applied"
    REFUSED = "refused"
    HELD = "held"


HELD_AFTER = timedelta(hours=72)
OLDEST = timedelta(days=3650)
"""No act is taken to be older than this or younger than now, whatever a broken clock says; it is held for review."""
CLOCK_TOLERANCE = timedelta(seconds=30)
"""A slow connection is not a wrong clock: up to here the device's time is taken as it is."""
CLOCK_MOVED = timedelta(minutes=1)
"""Two measurements of one clock differ by seconds; beyond this it was set in between."""
RULEBOOKS_ACCEPTED = 3
MUTATIONS_MOST = 200
ENVELOPE_LETTERS_MOST = 400_000
"""A sealed record in base64; beyond a signature and two thousand letters of remarks, a record holds little."""
BODY_MOST_BYTES = 2_000_000
PAGE_ROWS = 1_000
CARRIED_MOST = 5_000
"""Of open hazards; beyond it a phone carries none of the kind and asks the server, as a map does with tiles."""
CARRIED_AGAIN = 4_000
"""A phone that asks the server carries them again at so many: where one hazard opens and another ends at the limit,
it would otherwise sweep 5,000 rows and fetch them anew, again and again."""
GRIDS_MOST = 20
SHARED_KINDS = frozenset({"community", "checklist"})
"""What everybody below a place sees of it; anything else that belongs to a community or above is for its own staff."""


@dataclass(frozen=True, slots=True)
class Heard:
    """When a device did something: its own word, corrected, how far its clock was behind, and was set on since."""

    at: datetime
    skew: timedelta
    moved: timedelta = timedelta(0)


def leaves_out(open_hazards: int, left_out_before: bool) -> bool:
    """Does a phone carry no hazards? It begins above `CARRIED_MOST`, and ends at `CARRIED_AGAIN`."""
    return open_hazards > (CARRIED_AGAIN if left_out_before else CARRIED_MOST)


def place(body_hash: bytes, stored_hash: bytes | None) -> Place:
    """What is this mutation? A missing number is no reason to wait: only its own id counts.

    `body_hash` is of its canonical body; `stored_hash` is of the body first seen under its id, None when none was.
    """
    if stored_hash is None:
        return Place.NEW
    return Place.REPEAT if body_hash == stored_hash else Place.REUSED_ID


def heard(at: datetime, sent_at: datetime, received_at: datetime, told: timedelta | None = None) -> Heard:
    """Return when a mutation was really made, and the skew of the device's clock; nothing is forbidden because of it.

    `told` is the skew that the device knew of when it made it; where the clock was set since, that one counts.
    An act cannot be later than its arrival.
    """
    skew = received_at - sent_at
    if told is not None and abs(told - skew) > CLOCK_MOVED:
        return replace(heard_of(at, told, received_at), moved=told - skew)
    age = (sent_at if abs(skew) > CLOCK_TOLERANCE else received_at) - at
    return Heard(received_at - min(max(age, timedelta(0)), OLDEST), skew)


def heard_of(at: datetime, skew: timedelta, received_at: datetime) -> Heard:
    """Return when a mutation was really made that travelled sealed, by the skew that its own device last knew of."""
    age = received_at - at - (skew if abs(skew) > CLOCK_TOLERANCE else timedelta(0))
    return Heard(received_at - min(max(age, timedelta(0)), OLDEST), skew)


def why_hold(at: datetime, received_at: datetime, revoked_device: str | None) -> Problem | None:
    """Must somebody at the desk look at this mutation first? `revoked_device` is the code of a withdrawn device."""
    if revoked_device is not None:
        return HeldRevokedDevice(device=revoked_device)
    if received_at - at > HELD_AFTER:
        return HeldTooOld(hours=int(HELD_AFTER.total_seconds() // 3600))
    return None


def why_not_rulebook(sent: str, accepted: tuple[str, ...]) -> Problem | None:
    """May a phone that works by this rulebook push? `accepted` are the newest hashes, newest first."""
    if sent in accepted[:RULEBOOKS_ACCEPTED]:
        return None
    return RulebookOutdated(newest=accepted[0] if accepted else None)


def rulebook() -> dict[str, object]:
    """Return what the phone must know to fill a push."""
    return {
        "sync": {
            "held_after_h": int(HELD_AFTER.total_seconds() // 3600),
            "mutations_most": MUTATIONS_MOST,
            "body_most_bytes": BODY_MOST_BYTES,
            "grids_most": GRIDS_MOST,
        }
    }

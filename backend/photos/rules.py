"""Say which photos are accepted, in which sizes they are shown, and in which words a photo is refused."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from backend.problems import Problem

MAX_BYTES: Final = 15_000_000
MAX_PIXELS: Final = 60_000_000
ACCEPTED: Final = ("jpeg", "png", "webp")
UPLOAD_DAYS: Final = 14  # a phone may be without network for a long holiday and then resume
UNNAMED_DAYS: Final = 30  # a photo that no record names after this is swept
# Measured on drawn photos (docs/decisions): of one picture sent again in another coding 58 of 60 are within three bits,
# of 25,920 pairs of different subjects none, of 1,320 pairs of the same subject at two places six. A photo after the
# repair is taken from the same stand, so that before and after are told only when they are the same picture.
LIKE_ELSEWHERE_BITS: Final = 3
LIKE_PAIR_BITS: Final = 1
PLAIN_BITS: Final = 6  # a hash with fewer ones, or fewer zeros, is of a wall or of darkness, and is like many
UNFINISHED_PER_DEVICE: Final = 400
UNFINISHED_BYTES_PER_DEVICE: Final = 2_000_000_000


class Role(StrEnum):
    """What a photo shows in the record that names it."""

    ITEM = "item"
    BEFORE = "before"
    AFTER = "after"
    NOTICE = "notice"
    PLACE = "place"


class Leaves(StrEnum):
    """Which copy of a photo may leave the house: be shown to the responsible unit, and be printed."""

    ORIGINAL = "original"
    REDACTED = "redacted"


class Size(StrEnum):
    """In which form a photo is asked for; `original` is the evidence, everything else is a copy."""

    THUMB = "thumb"
    SCREEN = "screen"
    STAMPED = "stamped"
    ORIGINAL = "original"


class NotAPhoto(Problem):
    """The bytes are not a picture of an accepted kind, or not a whole one."""

    status = 415
    title_en, title_zh = "Not a photo", "不是照片"
    detail_en = "This file is not a whole JPEG, PNG or WebP picture ({reason}). Take the photo again."
    detail_zh = "这不是完整的 JPEG、PNG 或 WebP 照片（{reason_zh}），请重新拍摄。"


class PhotoTooLarge(Problem):
    """The photo has more bytes or more pixels than are accepted."""

    status = 413
    title_en, title_zh = "Photo too large", "照片过大"
    detail_en = "A photo may have at most 15 MB and 60 megapixels. Take it again at a lower resolution."
    detail_zh = "照片最大 15 MB、6000 万像素，请调低分辨率后重拍。"


class DigestMismatch(Problem):
    """The bytes that arrived do not hash to the photo's name."""

    status = 422
    title_en, title_zh = "Damaged on the way", "传输中损坏"
    detail_en = "The photo was damaged on its way and was not kept. It is sent again by itself; keep the phone on."
    detail_zh = "照片在传输中损坏，未保存，系统会自动重传，请保持手机开启。"


class ChecksumMismatch(Problem):
    """One piece of an upload does not match its checksum; the piece was thrown away."""

    status = 460
    retryable = True
    title_en, title_zh = "Piece damaged", "分段损坏"
    detail_en = "One piece was damaged on its way; it is sent again by itself."
    detail_zh = "其中一段在传输中损坏，系统会自动重传。"


class WrongOffset(Problem):
    """The piece does not begin where the upload stands; `offset` says where that is."""

    status = 409
    retryable = True
    title_en, title_zh = "Continue elsewhere", "续传位置不符"
    detail_en = "The server holds {offset} bytes; continue from there."
    detail_zh = "服务器已收到 {offset} 字节，请从该处续传。"


class UploadLocked(Problem):
    """Another request is writing to this upload."""

    status = 423
    retryable = True
    title_en, title_zh = "Upload in progress", "正在上传"
    detail_en = "Another request is sending this photo. It goes on by itself in a moment."
    detail_zh = "该照片正由另一个请求上传，稍后会自动继续。"


class UploadGone(Problem):
    """The upload has expired or was ended; the photo is sent again from its beginning."""

    status = 410
    title_en, title_zh = "Upload expired", "上传已过期"
    detail_en = "This upload has expired. The photo is still on the phone and starts again by itself."
    detail_zh = "本次上传已过期，照片仍在本机，会自动重新上传。"


class TusVersionUnknown(Problem):
    """The client speaks another version of the upload protocol."""

    status = 412
    title_en, title_zh = "Update needed", "需要更新"
    detail_en = "Uploads use tus 1.0.0. Update the app; nothing on the phone is lost."
    detail_zh = "上传使用 tus 1.0.0 协议，请更新应用，本机内容不会丢失。"


class TooManyUploads(Problem):
    """A device has begun more uploads than it may have open at once."""

    status = 429
    retryable = True
    title_en, title_zh = "Too many open uploads", "未完成的上传过多"
    detail_en = "This device has too many unfinished uploads. Let them finish first; they go on by themselves."
    detail_zh = "本机未完成的上传过多，请等待已有上传完成，系统会自动继续。"


class RedactedCopyMissing(Problem):
    """A photo is to leave the house as a redacted copy, and no such copy, or the photo itself, is named."""

    status = 422
    title_en, title_zh = "No redacted copy", "没有涂抹副本"
    detail_en = (
        "Only the redacted copy of this photo may leave the house, but none is named. Paint over it and save again."
    )
    detail_zh = "这张照片只让涂抹副本外传，但没有附上副本。请先涂抹，再保存。"


class OriginalStays(Problem):
    """A print of a photo is asked for of which only the redacted copy may leave the house."""

    status = 409
    title_en, title_zh = "Original stays in the house", "原图不外传"
    detail_en = "Only the redacted copy of this photo may be printed. Print that one."
    detail_zh = "这张照片只让涂抹副本外传，请打印涂抹副本。"


def tells_apart(perceptual_hash: int) -> bool:
    """Does a hash say enough of its picture to compare it with others? One of a bare wall, or of darkness, does not."""
    ones = (perceptual_hash & (1 << 64) - 1).bit_count()
    return PLAIN_BITS <= ones <= 64 - PLAIN_BITS


def why_not_name(photos: Sequence[tuple[str, str | None, Leaves]]) -> Problem | None:
    """May photos be named so: each with its redacted copy, and which of the two may leave the house?"""
    originals = {sha256 for sha256, _, _ in photos}
    for sha256, redacted, leaves in photos:
        if (leaves is Leaves.REDACTED and redacted is None) or redacted in originals:
            return RedactedCopyMissing(sha256=sha256)
    return None


def why_not_begin(size_bytes: int, unfinished: int, unfinished_bytes: int) -> Problem | None:
    """May a device begin an upload of this many bytes, having so much unfinished already?"""
    if size_bytes > MAX_BYTES:
        return PhotoTooLarge(size_bytes=size_bytes)
    if unfinished >= UNFINISHED_PER_DEVICE or unfinished_bytes + size_bytes > UNFINISHED_BYTES_PER_DEVICE:
        return TooManyUploads()
    return None


def why_not_accept(kind: str, size_bytes: int, pixels: int) -> Problem | None:
    """May a picture of this kind and size be kept?"""
    if kind not in ACCEPTED:
        return NotAPhoto(reason=kind, reason_zh=kind)
    if size_bytes > MAX_BYTES or pixels > MAX_PIXELS:
        return PhotoTooLarge(size_bytes=size_bytes, pixels=pixels)
    return None


def rulebook() -> dict[str, object]:
    """Return what the phone must know before it sends a photo."""
    return {
        "photos": {
            "max_bytes": MAX_BYTES,
            "max_pixels": MAX_PIXELS,
            "accepted": list(ACCEPTED),
            "roles": [role.value for role in Role],
            "like_elsewhere_bits": LIKE_ELSEWHERE_BITS,
            "like_pair_bits": LIKE_PAIR_BITS,
            "plain_bits": PLAIN_BITS,
        }
    }

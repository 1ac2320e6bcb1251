"""Every way in which a picture is refused, each worded in Chinese and English.

MediaError
├── WrongType        not a JPEG, PNG or WebP, whatever its name says; `found` is what it is
├── TooManyPixels    more pixels than memory should be risked for, however few its bytes
├── Truncated        the file ends before the picture does
├── NotOnlyAPicture  something else is hidden behind or within it: a film, an archive, an animation
└── Undecodable      it looks like a picture, but its pixels cannot be read
"""


class MediaError(ValueError):
    """A picture that cannot be used; `str(error)` is English, `error.zh` Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


class WrongType(MediaError):
    """Bytes that are no JPEG, PNG or WebP; `found` names what they are, or is empty."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"this is not a photo but {found or 'something unknown'}: take or choose a JPEG, PNG or WebP",
            f"这不是照片 ({found or '未知文件'}), 请重新拍照或选择 JPEG、PNG、WebP 图片",
        )
        self.found = found


class TooManyPixels(MediaError):
    """A picture that would fill memory when decoded."""

    def __init__(self, width: int, height: int, limit: int) -> None:
        super().__init__(
            f"the photo has {width} × {height} pixels; at most {limit // 1_000_000} million are taken",
            f"照片有 {width} × {height} 像素, 超过 {limit // 10_000} 万像素的上限, 请用普通拍照模式重拍",
        )
        self.width = width
        self.height = height


class Truncated(MediaError):
    """A picture whose end is missing."""

    def __init__(self) -> None:
        super().__init__("the photo is cut off: send it again", "照片不完整, 请重新上传")


class NotOnlyAPicture(MediaError):
    """A picture that carries another file, or moves."""

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(
            f"the photo also carries {what}: take a plain photo", f"照片里还夹带了{what_zh}, 请用普通照片模式重拍"
        )


class Undecodable(MediaError):
    """A picture whose pixels cannot be read."""

    def __init__(self) -> None:
        super().__init__("the photo is damaged: take it again", "照片已损坏, 请重新拍摄")

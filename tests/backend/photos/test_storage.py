"""Bytes on disk."""

import hashlib
import os
import resource
from pathlib import Path
from uuid import uuid4

import pytest

from backend.photos.rules import UploadLocked
from backend.photos.storage import Store


def test_pieces_are_appended_and_survive_a_new_store(tmp_path: Path) -> None:
    upload = uuid4()
    with Store(tmp_path).piece(upload) as piece:
        piece.write(b"first ")

    again = Store(tmp_path)
    with again.piece(upload) as piece:
        assert piece.offset == 6
        piece.write(b"second")

    assert again.offset(upload) == 12
    assert again.upload_bytes(upload) == b"first second"


def test_two_writers_do_not_share_an_upload(tmp_path: Path) -> None:
    store, upload = Store(tmp_path), uuid4()

    with store.piece(upload), pytest.raises(UploadLocked), store.piece(upload):
        pass


def test_a_piece_can_be_cut_back(tmp_path: Path) -> None:
    store, upload = Store(tmp_path), uuid4()

    with store.piece(upload) as piece:
        piece.write(b"good")
        piece.write(b"bad")
        piece.cut_back(4)
        piece.write(b"!")

    assert store.upload_bytes(upload) == b"good!"


def test_keeping_twice_leaves_one_file_and_the_upload_until_it_is_dropped(tmp_path: Path) -> None:
    store, content = Store(tmp_path), b"the same photo"
    name = hashlib.sha256(content).hexdigest()
    for upload in (uuid4(), uuid4()):
        with store.piece(upload) as piece:
            piece.write(content)
        store.keep(upload, name)
        store.keep(upload, name)  # as after a kill between keeping and recording
        assert store.offset(upload) == len(content)
        store.drop(upload)

    assert store.path(name).read_bytes() == content
    assert os.listdir(store.path(name).parent) == [name]


def test_a_whole_photo_is_put_once_and_again(tmp_path: Path) -> None:
    store, content = Store(tmp_path), b"a whole photo" * 9
    name = hashlib.sha256(content).hexdigest()

    store.put(name, content)
    store.path(name).write_bytes(b"half a")  # as a power cut may leave what was not synced
    store.put(name, content)

    assert store.path(name).read_bytes() == content
    assert store.kept_names() == os.listdir(store.path(name).parent) == [name]
    assert os.listdir(tmp_path / "uploads") == []


def test_a_photo_for_which_there_is_no_room_takes_none(tmp_path: Path) -> None:
    store, content = Store(tmp_path), bytes(100_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.put("ab" * 32, content)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert store.path("ab" * 32).stat().st_size == 0


def test_the_sealing_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first, second = Store(tmp_path), Store(tmp_path)

    assert first.seal_key == second.seal_key
    assert len(first.seal_key) == 32
    assert (tmp_path / "seal.key").stat().st_mode & 0o077 == 0

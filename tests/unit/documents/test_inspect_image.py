"""A photo that nobody could read is noticed; what is no picture at all is refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.documents.inspect_image import inspect_file
from bot.insurance.matter_file import FileKind, Flaw, kind_of
from bot.services.take_file import UnreadableFileError
from tests.photos import HEIC, HTML, PDF, photo


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(), FileKind.PNG),
        (photo(form="JPEG"), FileKind.JPEG),
        (PDF, FileKind.PDF),
        (HEIC, FileKind.HEIC),
        (HTML, None),
        (b"GIF89a", None),
        (b"", None),
        (b"\x00\x00\x00\x18ftypisom", None),
        (b" %PDF-1.4", None),
    ],
)
def test_what_a_file_is_says_its_beginning(content: bytes, kind: FileKind | None) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    ("content", "flaws"),
    [
        (photo(), ()),
        (photo(size=(4000, 3000)), ()),
        (photo(light=120), ()),
        (photo(blur=10), (Flaw.BLURRED,)),
        (photo(size=(4000, 3000), blur=30), (Flaw.BLURRED,)),
        (photo(light=30), (Flaw.DARK,)),
        (photo(size=(400, 300)), (Flaw.SMALL,)),
        (photo(size=(400, 300), light=30), (Flaw.SMALL, Flaw.DARK)),
    ],
)
def test_too_small_too_dark_and_blurred_photos_are_told_apart(content: bytes, flaws: tuple[Flaw, ...]) -> None:
    assert inspect_file(content, FileKind.PNG) == flaws


def test_a_jpeg_is_judged_as_a_png_is() -> None:
    assert inspect_file(photo(form="JPEG"), FileKind.JPEG) == ()
    assert inspect_file(photo(form="JPEG", blur=12), FileKind.JPEG) == (Flaw.BLURRED,)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo()[:200], FileKind.PNG),
        (b"\xff\xd8\xff" + bytes(400), FileKind.JPEG),
        (b"%PDF-1.4 and no end", FileKind.PDF),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    ],
)
def test_a_damaged_file_is_refused(content: bytes, kind: FileKind) -> None:
    with pytest.raises(UnreadableFileError):
        inspect_file(content, kind)


def test_a_small_file_with_a_huge_picture_is_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(UnreadableFileError):
        inspect_file(out.getvalue(), FileKind.PNG)


def test_pdf_and_heic_are_taken_without_a_look() -> None:
    assert inspect_file(PDF, FileKind.PDF) == inspect_file(HEIC, FileKind.HEIC) == ()

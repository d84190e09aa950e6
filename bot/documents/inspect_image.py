"""Whether somebody could read a photographed paper: its size, light and sharpness.

The thresholds are the product's own. Sharpness is the spread of the Laplacian, which is near zero where no edge is
(Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000); it is taken of a copy of one size, so
that a camera's number of pixels says nothing.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageFilter, ImageStat

from bot.insurance.matter_file import FileKind, Flaw
from bot.services.take_file import UnreadableFileError

LEAST_SIDE = 480  # pixels of the shorter side
LEAST_LIGHT = 60.0  # mean of grey levels 0-255; white paper in a dim room is above
LEAST_SHARPNESS = 4.0  # standard deviation of the Laplacian, grey levels
_SIDE = 1000  # of the copy that is judged
_MOST_PIXELS = 80_000_000  # a small file can hold a huge picture
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
_FORMATS = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG"}


def inspect_file(content: bytes, kind: FileKind) -> tuple[Flaw, ...]:
    """What is wrong with a photo, nothing for what is none; HEIC is not looked into.

    Raises:
        UnreadableFileError: the file is damaged, or larger than any camera's picture.
    """
    if kind is FileKind.PDF:
        if b"%%EOF" not in content[-2048:]:
            raise UnreadableFileError
        return ()
    if kind not in _FORMATS:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=(_FORMATS[kind],))
            if image.width * image.height > _MOST_PIXELS:
                raise UnreadableFileError
            return _judge(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableFileError from error


def _judge(image: Image.Image) -> tuple[Flaw, ...]:
    shorter = min(image.size)
    image.draft("L", (_SIDE, _SIDE))  # a JPEG is decoded no larger than needed
    grey = image.convert("L")
    grey.thumbnail((_SIDE, _SIDE))
    flaws = [Flaw.SMALL] if shorter < LEAST_SIDE else []
    if ImageStat.Stat(grey).mean[0] < LEAST_LIGHT:
        flaws.append(Flaw.DARK)
    elif _sharpness(grey) < LEAST_SHARPNESS:
        flaws.append(Flaw.BLURRED)  # of a dark one nothing can be said
    return tuple(flaws)


def _sharpness(grey: Image.Image) -> float:
    edges = grey.filter(_LAPLACIAN)
    inner = edges.crop((1, 1, edges.width - 1, edges.height - 1))  # the filter leaves the rim as it was
    return float(ImageStat.Stat(inner).stddev[0])

"""The words of a PDF that we printed, without a PDF library."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode


def words(pdf: bytes) -> str:
    """The text of a file with UCS-2 strings, without a PDF library."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    plain = b"".join(zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True)) for stream in streams)
    strings = re.findall(rb"\((.*?)(?<!\\)\) Tj", plain, re.DOTALL)
    return "".join(_unescape(found).decode("utf-16-be", "ignore") for found in strings)


def _unescape(text: bytes) -> bytes:
    text = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), text)
    return re.sub(rb"\\(.)", rb"\1", text, flags=re.DOTALL)

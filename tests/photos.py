"""Photos and papers as customers send them, drawn here."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + bytes(64)
HTML = b"<!doctype html><script>alert(1)</script>"


def photo(
    number: int = 1, *, size: tuple[int, int] = (1200, 900), light: int = 235, blur: float = 0, form: str = "PNG"
) -> bytes:
    """A written paper, another for each number; `light` 0-255 is how white it is, `blur` the lens' radius in pixels."""
    image = Image.new("L", size, light)
    draw = ImageDraw.Draw(image)
    for place, top in enumerate(range(40, size[1] - 40, 36)):
        for left in range(40, size[0] - 60, 26):
            if (left * 7 + place * 13 + number * 31) % 5:
                draw.rectangle((left, top, left + 14, top + 18), fill=light // 5)
                draw.line((left, top + 9, left + 14, top + 9), fill=light)
    image = image.filter(ImageFilter.GaussianBlur(blur)) if blur else image
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()

"""Personal data encrypted at rest, column by column (个保法 art 51; ASVS 5.0, 11.3).

AES-SIV (RFC 5297) with the column's purpose as associated data: the same value in the same column gives the same text,
so that a phone or an id number is still found by an index, while a stolen file, dump or backup tells nothing without
the key in `var/secrets.json`. It does not hide that two rows of one column hold the same value.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from bot.errors import BotError, ConfigurationError
from bot.store.schema import JsonText

MARK = "s1:"  # scheme and key generation, so that a later key can tell its own values


class UnsealError(BotError):
    """A sealed value cannot be read: another key, another column, or a damaged row."""

    code = "unseal_failed"


class Sealer:
    """Seals and opens texts and bytes with one key."""

    def __init__(self, secret: str) -> None:
        # 64 bytes from whatever length the secret has; the secret itself is random, so a plain hash will do.
        self._cipher = AESSIV(hashlib.sha512(f"columns:{secret}".encode()).digest())

    def seal(self, text: str, purpose: str) -> str:
        """The sealed form; an empty text stays empty, since many columns say "none" by it."""
        if not text:
            return ""
        sealed = self._cipher.encrypt(text.encode(), [purpose.encode()])
        return MARK + base64.b64encode(sealed).decode()

    def seal_bytes(self, content: bytes, purpose: str) -> bytes:
        return MARK.encode() + self._cipher.encrypt(content, [purpose.encode()])

    def open_bytes(self, sealed: bytes, purpose: str) -> bytes:
        """Raises UnsealError."""
        mark = MARK.encode()
        if not sealed.startswith(mark):
            raise UnsealError(purpose=purpose, problem="not sealed")
        try:
            return self._cipher.decrypt(sealed[len(mark) :], [purpose.encode()])
        except InvalidTag as error:
            raise UnsealError(purpose=purpose, problem="wrong key or damaged") from error

    def open(self, sealed: str, purpose: str) -> str:
        """Raises UnsealError."""
        if not sealed:
            return ""
        if not sealed.startswith(MARK):
            raise UnsealError(purpose=purpose, problem="not sealed")
        try:
            return self._cipher.decrypt(base64.b64decode(sealed[len(MARK) :]), [purpose.encode()]).decode()
        except (InvalidTag, ValueError) as error:
            raise UnsealError(purpose=purpose, problem="wrong key or damaged") from error


class Sealed(TypeDecorator):  # type: ignore[misc]  # SQLAlchemy 1.4 ships no types
    """Text that is sealed in the database. `purpose` binds a value to its column.

    The sealer travels with the engine's dialect (`bot.store.engine.build_engine`).
    """

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else sealer_of(dialect).seal(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else sealer_of(dialect).open(value, self.purpose)


class SealedJson(JsonText):
    """As `Sealed`, for lists and mappings that are only read whole."""

    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        plain = super().process_bind_param(value, dialect)
        return None if plain is None else sealer_of(dialect).seal(plain, self.purpose)

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        plain = None if value is None else sealer_of(dialect).open(value, self.purpose)
        return super().process_result_value(plain, dialect)


class SealedBytes(TypeDecorator):  # type: ignore[misc]
    """As `Sealed`, for the bytes of a file."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else sealer_of(dialect).seal_bytes(value, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else sealer_of(dialect).open_bytes(bytes(value), self.purpose)


def sealer_of(dialect: Any) -> Sealer:
    """Raises ConfigurationError when the engine was built without a key."""
    sealer = getattr(dialect, "sealer", None)
    if not isinstance(sealer, Sealer):
        raise ConfigurationError("this engine has no data key", setting="data_key")
    return sealer

"""The action server's health, asked by the front desk; its turns are Rasa's business."""

from __future__ import annotations

import asyncio

import aiohttp

HEALTH = aiohttp.ClientTimeout(total=2)


class ActionServer:
    """Over loopback, with the secret that Rasa uses: another server on that port is not ready, it is a stranger."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {secret}"}

    async def is_ready(self) -> bool:
        """GET /health answers 200."""
        # A session a time: it is asked once a second at most, and there is nothing to close.
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=HEALTH, trust_env=False) as session,
                session.get(self._url + "/health", allow_redirects=False) as response,
            ):
                return response.status == 200
        except (asyncio.TimeoutError, aiohttp.ClientError, OSError):
            return False

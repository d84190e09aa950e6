"""Behind a reverse proxy: who really asks, and whether over https. Only a proxy that the settings name is believed."""

from __future__ import annotations

import ipaddress

from aiohttp import web
from aiohttp.typedefs import Handler

Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PROXIES: web.AppKey[Networks] = web.AppKey("trusted_proxies", tuple)


@web.middleware
async def see_through(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: for everything further in, `remote` and `scheme` are the customer's."""
    peer = _parsed(request.remote or "")
    if peer is None or not _is_ours(peer, request.app[PROXIES]):
        return await handler(request)
    remote = client_of(peer, request.headers.getall("X-Forwarded-For", []), request.app[PROXIES])
    scheme = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    return await handler(
        request.clone(remote=str(remote), scheme=scheme if scheme in ("http", "https") else request.scheme)
    )


def client_of(peer: _Address, forwarded: list[str], proxies: Networks) -> _Address:
    """Read from the right, where our own proxies wrote: the first address that is none of them. Left of it anybody may have
    written anything. What is no address is not read past: the proxy that passed it on stands for who asks."""
    client = peer
    for written in reversed(",".join(forwarded).split(",") if forwarded else []):
        address = _parsed(written)
        if address is None:
            break
        client = address
        if not _is_ours(address, proxies):
            break
    return client


def _is_ours(address: _Address, proxies: Networks) -> bool:
    return any(address in network for network in proxies)


def _parsed(written: str) -> _Address | None:
    """`192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`."""
    text = written.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address

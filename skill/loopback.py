"""Whether an address is this machine itself: where nobody is verified, nobody else is let in."""

import ipaddress


class NotLoopback(Exception):
    """A speaker was asked to listen where others could reach it."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host.casefold() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

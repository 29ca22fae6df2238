"""Whether an address is this machine itself: where nobody is verified, nobody else is let in."""

import ipaddress


class NotLoopback(Exception):
    """A speaker was asked to listen where others could reach it; the message says what to do."""


def require_loopback(host: str, *, asked_for_more: bool) -> str:
    """What to warn of before a speaker without verification listens there; empty for this machine itself.

    Raises `NotLoopback` for an address that others could reach, unless that was asked for in so many words.
    """
    if is_loopback(host):
        return ""
    if not asked_for_more:
        raise NotLoopback(
            f"{host} is not a loopback address, and nobody who calls is verified. Leave it out; or, where others are "
            "to reach it all the same, add --without-verification"
        )
    return f"Warning: whoever can reach {host} can talk to the skill. Nobody is verified, and nothing is encrypted."


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host.casefold() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

"""The login throttle: strict for one login from one address, loose for an address, never a lock-out.

Real time throughout. Each try is written down before the password is looked at.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from models.account import LoginAttempt
from models.base import transaction
from workflows.refusal import N_, Reason

COUNTED = timedelta(hours=1)  # how long a failure counts
AHEAD = timedelta(minutes=1)  # by which two clocks of one house may differ
PAIR_FREE, PAIR_LONGEST = 5, timedelta(minutes=15)  # one login from one address
ADDRESS_FREE, ADDRESS_LONGEST = 40, timedelta(seconds=30)  # one address: an office shares it
# A login under attack from many addresses leaves each address fewer free tries, but always one:
# whoever knows the password gets in from his own place.
LOGIN_ATTACKED, PAIR_FREE_ATTACKED = 100, 1


class TooManyAttempts(Exception):
    """Not even tried: come back after so many seconds."""

    def __init__(self, seconds: int):
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds
        self.reason = Reason(
            "LOGIN",
            N_("Đã thử sai nhiều lần. Chờ %(seconds)s giây rồi thử lại."),
            {"seconds": seconds},
        )


def keys(login: str, address: str) -> dict[str, str]:
    """Under what a try is counted: the login from this address, the address, the login."""
    place = network_of(address)
    return {
        "pair": key_of("pair", login, place),
        "address": key_of("address", place),
        "login": key_of("login", login),
    }


def take_a_try(keys: dict[str, str], now: datetime) -> list[int]:
    """Writes one try down under each key, or raises `TooManyAttempts` and writes nothing.

    Returns the ids of what it wrote.
    """
    with transaction() as session:
        rows = session.execute(
            sa.select(LoginAttempt.key, sa.func.count(), sa.func.max(LoginAttempt.at))
            .where(
                LoginAttempt.key.in_(keys.values()),
                # What lies in the future was counted before the clock was set back.
                LoginAttempt.at.between(now - COUNTED, now + AHEAD),
            )
            .group_by(LoginAttempt.key)
        )
        seen = {key: (count, last) for key, count, last in rows}
        attacked = seen.get(keys.get("login", ""), (0, None))[0] >= LOGIN_ATTACKED
        pair_free = PAIR_FREE_ATTACKED if attacked else PAIR_FREE
        limits = {"pair": (pair_free, PAIR_LONGEST), "address": (ADDRESS_FREE, ADDRESS_LONGEST)}
        waits = [
            wait - (now - last)
            for name, (free, longest) in limits.items()
            if name in keys
            for count, last in [seen.get(keys[name], (0, None))]
            if last is not None and (wait := _delay(count, free, longest)) > now - last
        ]
        if waits:
            raise TooManyAttempts(int(max(waits).total_seconds()) + 1)
        tries = [LoginAttempt(key=key, at=now) for key in keys.values()]
        session.add_all(tries)
        session.flush()
        return [row.id for row in tries]


def _delay(failures: int, free: int, longest: timedelta) -> timedelta:
    """How long after the last failure the next try is looked at: 2, 4, 8 … seconds, bounded."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free + 1, 20)), longest)


def network_of(address: str) -> str:
    """The address, or for IPv6 the network that one subscriber has to himself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def key_of(*parts: str) -> str:
    """What stands for these words in the table of tries: a hash, since logins are names."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

"""What two answers to the same question may differ in, taken out of them."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

# The token of a form, the clock of the rehearsal, and the place in the menu under which an address
# would lie: that follows the address, not what is there.
MASKS = tuple(
    re.compile(pattern)
    for pattern in (
        rb'name="csrf_token" value="[^"]+"',
        rb'nonce="[^"]+"',
        rb' aria-current="page"',
        rb"\d\d:\d\d(:\d\d)?,? (ng\xc3\xa0y )?\d\d/\d\d/\d{4}",
    )
)
OF_EACH = ("Set-Cookie", "X-Request-ID", "Date", "Content-Length")


def masked(answer: TestResponse, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and bytes of an answer, without token, nonce, request id, clock, and the
    address that was asked for (whose digits are what differs, and with them the length)."""
    body = answer.data
    for mask in MASKS:
        body = mask.sub(b"", body)
    headers = sorted((n, v.replace(path, "HERE")) for n, v in answer.headers if n not in OF_EACH)
    names = sorted((n, "") for n, _ in answer.headers if n in OF_EACH)
    return answer.status_code, headers + names, body.replace(path.encode(), b"HERE")

"""Passwords: hashed as argon2id, compared alike with and without an account, refused where easy to guess."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from models.account import Account
from workflows.accounts.easy import is_easy
from workflows.refusal import N_, Reason

# OWASP's second choice for argon2id: 19 MiB a check, so that eight at once fit a small machine.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
SHORTEST, LONGEST = 10, 200  # letters of a password


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return HASHER.hash(_bytes(password))


def check_password(account: Account | None, password: str) -> bool:
    """Whether this is the account's password. Takes as long without an account or a password."""
    known = account.password_hash if account is not None else None
    if len(password) > 4 * LONGEST:
        password, known = "", None
    try:
        HASHER.verify(known or _nobodys_hash(), _bytes(password))
    except (Argon2Error, InvalidHashError):
        return False
    return known is not None


def bad_password(password: str, login: str, name: str) -> Reason | None:
    """Why a password may not be used by this login, of the person of this name."""
    letters = unicodedata.normalize("NFC", password)
    if len(letters) < SHORTEST:
        text = N_("Mật khẩu cần ít nhất %(shortest)s ký tự. Một câu ngắn dễ nhớ là tốt nhất.")
    elif len(letters) > LONGEST:
        text = N_("Mật khẩu dài quá %(longest)s ký tự. Chọn câu ngắn hơn.")
    elif login in letters.casefold() and len(letters) < len(login) + SHORTEST:
        text = N_("Mật khẩu chứa tên đăng nhập nên dễ đoán. Chọn mật khẩu khác.")
    elif is_easy(letters, (login, name)):
        text = N_(
            "Mật khẩu dễ đoán: gần như chỉ có dãy phím, từ nhiều người dùng, tên, năm hoặc ký tự lặp. "
            "Chọn một câu ngắn mà người khác không đoán được."
        )
    else:
        return None
    return Reason("FORM", text, {"shortest": SHORTEST, "longest": LONGEST}, place="new_password")


def first_password() -> str:
    """A password to be said over the telephone once: four groups without look-alike letters."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@cache
def _nobodys_hash() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a known one."""
    return HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    """The password in one spelling (NFC), whatever keyboard wrote it."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")

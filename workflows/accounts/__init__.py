"""Accounts: passwords, sessions that the server can end, API tokens, and the login throttle.

Here `now` is always real time: a rehearsal moves the organisation, not its locks. Only the trail of
an administrator's acts is dated by the organisation's instant, given apart as `at`.
"""

from workflows.accounts.administering import (
    create_account,
    reset_password,
    resume,
    set_administrator,
    suspend,
)
from workflows.accounts.entering import (
    SUSPENDED,
    WRONG,
    change_password,
    enter_as,
    log_in,
    normal_login,
)
from workflows.accounts.passwords import (
    SHORTEST,
    bad_password,
    check_password,
    first_password,
    hash_password,
)
from workflows.accounts.sessions import (
    Entry,
    end_session,
    end_sessions,
    find_session,
    open_session,
    open_sessions,
    touch,
)
from workflows.accounts.tokens import account_of_token, hash_token, make_token, open_tokens

__all__ = [
    "SHORTEST",
    "SUSPENDED",
    "WRONG",
    "Entry",
    "account_of_token",
    "bad_password",
    "change_password",
    "check_password",
    "create_account",
    "end_session",
    "end_sessions",
    "enter_as",
    "find_session",
    "first_password",
    "hash_password",
    "hash_token",
    "log_in",
    "make_token",
    "normal_login",
    "open_session",
    "open_sessions",
    "open_tokens",
    "reset_password",
    "resume",
    "set_administrator",
    "suspend",
    "touch",
]

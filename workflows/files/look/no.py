"""Why a file is not taken: a code, which the house has a sentence for."""

from __future__ import annotations


class No(Exception):
    """`code` is a key of `workflows.files.sentences.SENTENCES`; `params` fill its places."""

    def __init__(self, code: str, **params: str | int):
        super().__init__(code)
        self.code = code
        self.params = params

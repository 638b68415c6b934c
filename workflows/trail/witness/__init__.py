"""Witnessing: a superior keeps what it saw of its subordinates' logs, and cosigns only what continues
it. What is remembered lies outside the database, beside the witness's own key.

`cosignature` and `request` are the formats (C2SP tlog-cosignature, tlog-witness), `store` the memory,
`adding` the decision, `doors` the ways to a witness, `rounds` one round of an installation.
"""

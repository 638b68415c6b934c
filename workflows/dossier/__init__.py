"""The dossier of an inspection (domain §5): its twelve pieces, minutes with three signers, findings
with the answer of who was inspected, and conclusions that become obligations.

`pieces` says what the twelve are, `filled` what the system puts into them, `writing` and `signing`
what people do to them, `index` and `printing` make them paper; `findings`, `conclusions` and
`reporting` hold the rest. `who` says who has a part in it. Nothing here writes into what is inspected.
"""

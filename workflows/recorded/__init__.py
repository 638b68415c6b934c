"""Papers signed outside the system (bản giấy): entered with their scan, confirmed by a second
person, with what the rules have against them kept as findings that await an explanation.

`enter` begins one, `settle` says what its confirmation changes, `found` asks the rules, `findings`
keeps and reads their answers, `taking` reads many from one table with a folder of scans.
"""

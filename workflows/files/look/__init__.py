"""Looking at an uploaded file, in a process of its own that knows nothing but that file.

What parses hostile bytes runs apart (`workflows/files/examine.py` starts it): with little memory
and time, no secrets, no database. So nothing here imports anything of ours, and whatever it does
wrong ends with that process.
"""

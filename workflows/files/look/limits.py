"""How large things may become. Generous for what an office scans, small for a bomb."""

MB = 1024 * 1024

MEMORY = 768 * MB  # of the process that looks
SECONDS = 20  # of its processor time

PIXELS = 50_000_000  # A3 at 400 dpi has 31 million, a telephone's picture up to 50
SIDE = 20_000  # pixels of one side
SCANS_OF_A_JPEG = 100  # a progressive picture has about ten

PAGES = 1_000
OBJECTS = 300_000  # of a PDF
STREAM = 256 * MB  # one stream unpacked: an A4 page at 600 dpi in colour has 105 MB
STREAMS = 2_048 * MB  # all streams of a PDF together

ENTRIES = 5_000  # of a DOCX or XLSX
ENTRY = 100 * MB  # one of them unpacked
EXPANDED = 200 * MB  # all of them unpacked
RATIO = 200  # unpacked to packed, where it comes to more than `SMALL`
SMALL = 5 * MB

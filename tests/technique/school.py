"""A school's own routine, of two steps and one band."""

SMALL = """\
name = "school"
title = "A school's own"
about = "Two steps."
document = "our book"
spine = { policy = "avoid", source = "our book, page 1" }

[[steps]]
id = "school.1"
title = "Up"
about = "Palms go up."
source = "page 2"
hands = "palms"
motions = ["stroke"]
zones = ["lower-back"]
directions = ["up"]
pressure = "gentle"
speed = { low = 2, high = 5, unit = "cm/s" }

[[steps]]
id = "school.2"
title = "Round"
about = "Thumbs go round."
source = "page 3"
hands = "thumbs"
motions = ["circle"]
count = "several"
after = ["school.1"]

[[bands]]
name = "gentle"
unit = "N"
low = 3
high = 8
source = "our teacher's hands"
"""


def line_with(words: str) -> int:
    """The first line of `SMALL` with these words, from 1."""
    return next(n for n, line in enumerate(SMALL.splitlines(), 1) if words in line)

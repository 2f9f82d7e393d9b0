"""Sessions on disk: written so that a crash costs a quarter of a second, read whatever is left.

`format` names what is in a file, `block_code` is how frames become bytes; `writer` writes (over `append`), `reader`
reads (over `index`, `scan` and `records`); `counts_csv` and `table` are the ways in and out for other programs.
"""

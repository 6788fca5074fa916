"""How much of anything a submission may hold; an issued form, filled in, stays far below each."""

from __future__ import annotations

FILE = 20 * 1024**2  # bytes as received
DIRECTORY = 256 * 1024  # bytes of the archive's directory
MEMBERS = 500
NAME = 200  # characters of a member's name
MEMBER = 64 * 1024**2  # bytes of one member, inflated
TOTAL = 128 * 1024**2  # bytes of all members, inflated
RATIO, RATIO_FREE = 100, 5 * 1024**2  # inflated over deflated, minded above so many bytes

XML_PART = 16 * 1024**2  # bytes of one XML part: what one parse may cost
XML_TOTAL = 32 * 1024**2
TAGS = 400_000  # opening and closing, in all XML parts
LINKS = 5_000  # tags in content types and relationships
DEPTH = 64  # elements within elements
RUN = 4 * 32_767  # bytes from one tag to the next: the longest text of a cell, in UTF-8
NAMESPACES = 10_000  # declarations of one in a part
NAMESPACE = 256  # bytes of a namespace name, which every element of it would carry

REMEMBERED = 64 * 1024  # bytes of a part that a worker may keep, to know it when it comes again

SHEETS = 100
ROWS, COLUMNS = 2_000, 50  # ten times the longest and the widest sheet we issue
BOX = 1_000_000  # cells between A1 and the last cell, formatted empty ones included
TEXT = 32_767  # characters in a cell
NUMBER = 40  # characters of a number
FORMAT = 1_000  # characters of a number format; Excel takes 255
SHEET_NAME = 31

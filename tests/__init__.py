"""The tests mirror the tree. `tasks` comes first: it says how openpyxl writes before a test module imports openpyxl."""

import tasks as _tasks  # noqa: F401

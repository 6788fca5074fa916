"""The guard before any reader: `open_arrival` takes a file in safely, `inspect` says whether a reader may open it."""

from tasks.collect.guard.arrival import breaks_off, is_litter, open_arrival
from tasks.collect.guard.inspection import Inspection, inspect
from tasks.collect.guard.refusal import Code, Refusal
from tasks.collect.guard.sheets import Sheet

__all__ = ["Code", "Inspection", "Refusal", "Sheet", "breaks_off", "inspect", "is_litter", "open_arrival"]

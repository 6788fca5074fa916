"""Checking workbooks without taking them in: the same reading and the same rules, nothing kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

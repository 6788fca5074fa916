"""Checking workbooks without taking them in: the same reading and the same rules, nothing kept."""

from __future__ import annotations

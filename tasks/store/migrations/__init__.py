"""The schema's history: one revision for each change, from the tables of the first release to today's.

`docs/decisions/0030-every-change-of-the-schema-is-a-revision.md` says how to add one.
"""

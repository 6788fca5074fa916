"""The stages, one package each; a stage imports `tasks.store` and what is below it, never another stage."""

import os

# openpyxl writes other bytes where lxml happens to be installed: the same form must be the same file on every machine.
# It looks once, when it is imported, so this stands before whatever of ours imports it.
os.environ["OPENPYXL_LXML"] = "False"

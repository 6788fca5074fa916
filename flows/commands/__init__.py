"""The commands of `cchc`, a module for each thing people come for; `flows/cli.py` names them all."""

"""The reports' templates as they come with the programme: `python -m flows.make_templates FOLDER`.

Only for a new start: what the office has edited since is overwritten. In use the templates are files like any other.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tasks.publish.new_templates import write_templates

if __name__ == "__main__":
    write_templates(Path(sys.argv[1]))

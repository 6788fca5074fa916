"""What a good submission looks like: rules as YAML in Great Expectations' own vocabulary."""

import os

# Must be said before Great Expectations is first imported: checking a submission tells nobody outside.
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

"""The revisions, `vNNNN_what_it_does.py` each, in one line: the highest number is the schema of this software."""

"""Times beside times: every stage, and the plain loop that a user would write instead, in one run."""

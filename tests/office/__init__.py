"""The office's programs as judges: what they make of every document that goes out."""

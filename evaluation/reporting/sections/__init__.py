"""One chapter of the report per file: a function from the evidence to a Section."""

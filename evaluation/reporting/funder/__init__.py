"""THE FUNDER PAGE: what changed, how sure that is, what it rests on and costs, what to fund next. Two printed pages.

Each file writes one part of the page, in any language: the sentences stand in `evaluation/reporting/languages/`.
"""

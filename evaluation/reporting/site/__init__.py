"""THE SITE: pages over all studies. Each is one file that asks for nothing else, with and without its scripts."""

"""THE CORRIDOR: from a study's name to a report, one stage after another. The only room that knows where files lie."""

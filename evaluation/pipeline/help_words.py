"""What `evaluation --help` says above the list of commands. Words only: it is loaded before anything else."""

HELP = """\
Bayesian evaluation of interventions against sex trafficking.

Nine verbs make a report, one step at a time; run does all nine, and leaves alone what still holds.

\b
Examples:
  evaluation list                                          studies, and how far each has come
  evaluation run buyer_laws                                the whole of a study
  evaluation run buyer_laws model.effect.prior=sceptical   another prior, in a place of its own
  evaluation sweep buyer_laws model.effect.prior=wide,sceptical   every combination, one after the other
  evaluation lock buyer_laws                               register the plan before outcomes are looked at
  evaluation advise buyer_laws                             which models apply to it, which do not, and why
  evaluation compare buyer_laws                            all that apply, side by side
  evaluation show buyer_laws                               what it found
  evaluation scenario buyer_laws DNK FIN --years 5         what to expect were these to adopt
  evaluation new my_study --dry-run                        a commented study file for your own figures
  evaluation serve                                         the pages over all studies, in a browser

\b
Exit codes:
  0 done   2 wrong usage   130 interrupted: run again to go on
  10 mend the study in conf/   11 mend the data   12 the result cannot carry what was asked
  13 the disk is full, the folder may not be written to, or another run works in it
"""

### The funder pages in English: one message a sentence. See docs/guides/words.md before changing one.
### Numbers come rounded and with the signs of the language; a whole number that decides on a plural comes as it is.

## Words that sentences are made of

the-law = { $law ->
    [law] the law
    [programme] the programme
    [policy] the policy
   *[intervention] the measure
}
places = { $places ->
    [countries] countries
    [states] states
    [cities] cities
    [regions] regions
    [platforms] platforms
   *[units] places
}
place = { $places ->
    [countries] country
    [states] state
    [cities] city
    [regions] region
    [platforms] platform
   *[units] place
}
row = { $first } and { $last }
row-before-i = { $first } and { $last }
subject = { $outcomes ->
    [1] the number of { $counted }
   *[other] the { $outcomes ->
        [2] two
        [3] three
        [4] four
        [5] five
       *[other] { $outcomes }
    } outcomes together
}
change = { $way ->
    [lower] { $size } % lower
    [higher] { $size } % higher
   *[none] no change
}
chances = { $side ->
    [above] more than { $chances } chances in { $of }
    [below] fewer than { $chances } { $chances ->
        [one] chance
       *[other] chances
    } in { $of }
   *[about] about { $chances } { $chances ->
        [one] chance
       *[other] chances
    } in { $of }
}
likelihood-virtually-certain = virtually certain
likelihood-very-likely = very likely
likelihood-likely = likely
likelihood-about-as-likely-as-not = about as likely as not
likelihood-unlikely = unlikely
likelihood-very-unlikely = very unlikely
likelihood-exceptionally-unlikely = exceptionally unlikely
strength-strong = strong
strength-moderate = moderate
strength-weak = weak
strength-withheld = withheld

week = week { $week } of { $year }

## The page

kicker = For funders
two-pages = Two pages for funders
skip = Skip to the answer
other-pages = Other versions
technical-page = The full report, for evaluators
simulated = Simulated data: no real place and no real person. The page shows how a result reads.
untranslated = Words in quotation marks and in English have not been translated yet.
simulated-mark = SIMULATED
footer-people = Only totals are used: no records of persons.
footer-again = Run it again: { $command }.
footer-made = Made on { $day }.

## The answer

title-answer = The answer
answer-sure = { $way ->
    [none] Where { the-law } was in force, { subject } was what it would have been without it.
   *[other] Where { the-law } was in force, { subject } { $outcomes ->
        [1] was
       *[other] were
    } { $change } than without it.
}
answer-probable = { $way ->
    [none] Where { the-law } was in force, { subject } was probably what it would have been without it.
   *[other] Where { the-law } was in force, { subject } { $outcomes ->
        [1] was
       *[other] were
    } probably { $change } than without it.
}
answer-open = The figures cannot tell whether { the-law } lowered or raised { subject }. { $way ->
    [none] The best estimate is no change.
   *[other] The best estimate is { $change } than without it.
}
answer-equivalent = { the-law-first } hardly changed { subject }. { $way ->
    [none] The best estimate is no change.
   *[other] The best estimate is { $change } than without it.
}
the-law-first = { $law ->
    [law] The law
    [programme] The programme
    [policy] The policy
   *[intervention] The measure
}
answer-withheld = No answer can be given yet: the computation did not settle. Its numbers are not findings, and none is shown.
answer-missing = This study makes no claim about the question as a whole.
interval-open = It is { $likelihood } that the true change lies there. { outside }
number-open = between { $low } and { $high }
interval = It is { $likelihood } that the true change lies between { $low } and { $high }. { outside }
outside = There { $one_in ->
    [0] are { $in_hundred } chances in 100 that it lies outside.
    [2] is one chance in two that it lies outside.
    [5] is one chance in five that it lies outside.
    [10] is one chance in ten that it lies outside.
    [20] is one chance in twenty that it lies outside.
   *[other] is one chance in { $one_in } that it lies outside.
}
matters = { $asked ->
    [fall] A fall of at least { $limit } % is what would matter. That there was one is { $likelihood }: { $chances }.
   *[rise] A rise of at least { $limit } % is what would matter. That there was one is { $likelihood }: { $chances }.
}
matters-other-way = { $asked ->
    [fall] That it rose by { $limit } % or more is { $likelihood }: { $chances }.
   *[rise] That it fell by { $limit } % or more is { $likelihood }: { $chances }.
}
matters-small = That the change was smaller than { $limit } % either way is { $likelihood }: { $chances }.
direction = { $asked ->
    [fall] That there was any fall at all is { $likelihood }: { $chances }.
   *[rise] That there was any rise at all is { $likelihood }: { $chances }.
}
in-counts = { $way ->
    [lower] Over all { places } and { years } with { the-law }, that comes to about { $size } fewer (between { $low } and { $high }).
    [higher] Over all { places } and { years } with { the-law }, that comes to about { $size } more (between { $low } and { $high }).
   *[none] Over all { places } and { years } with { the-law }, that comes to about none (between { $low } and { $high }).
}
count-change = { $way ->
    [lower] { $size } fewer
    [higher] { $size } more
   *[none] none
}
years = { $every ->
    [month] months
    [week] weeks
    [day] days
   *[year] years
}
periods = { $every ->
    [month] { $number ->
        [one] month
       *[other] months
    }
    [week] { $number ->
        [one] week
       *[other] weeks
    }
    [day] { $number ->
        [one] day
       *[other] days
    }
   *[year] { $number ->
        [one] year
       *[other] years
    }
}
worth = { $worth ->
    [better] Fewer is better here, so this is a change for the better.
    [worse] Fewer is better here, so this is a change for the worse.
    [more-better] More is better here, so this is a change for the better.
   *[more-worse] More is better here, so this is a change for the worse.
}
net = Part of it may only have moved. With what turned up elsewhere counted in, the change in all is: { $change } (between { $low } and { $high }).
market-itself = Behind the counts, the market itself: { $change } (between { $low } and { $high }).
market-itself-withheld = Was there less of it, or did authorities look less? These figures cannot tell: what they count may have changed for either reason.
truth = The data are made up, so the truth is known: { $change }.
published = The published answer to the same question: { $change }.
said = It is said that “{ $assertion }”. By these figures that is { $likelihood }: { $chances }.
said-of-counts = It is said that “{ $assertion }”. Read as a statement about these counts, that is { $likelihood }: { $chances }. It speaks of the market; these are counts of what was found.
said-refuted = It is said that “{ $assertion }”. Arithmetic alone refutes it.

## The pictures

people-title = With and without { the-law }
people-says = { $way ->
    [none] For every 100 there would have been without { the-law }, our best estimate is that there were as many with it. It may have been as few as { $low } or as many as { $high }.
   *[other] For every 100 there would have been without { the-law }, our best estimate is that there were { $middle } with it. It may have been as few as { $low } or as many as { $high }.
}
people-without = Without { the-law }: { $number }
people-with = With { the-law }: { $number }
people-key-least = very likely at least so many
people-key-best = our best estimate
people-key-possible = possible as well
people-beyond = and more
dots-title = What the change may have been
dots-says = Each dot is one chance in { $of }. Where dots pile up, the change is more likely.
dots-axis = change, percent
dots-fall-large = { $count } of { $of }: lower by { $limit } % or more
dots-fall-small = { $count } of { $of }: lower by less
dots-rise-small = { $count } of { $of }: higher, by less than { $limit } %
dots-rise-large = { $count } of { $of }: higher by { $limit } % or more

## How sure, and why

strength = Strength of this answer:
title-trust = How sure, and why
trust-strong = This answer is strong. Every check found what it should.
trust-moderate = This answer is moderately strong. No check failed, but some raised a concern or could not be judged.
trust-weak = This answer is weak. At least one check failed: read the number as a hint, not as a finding.
trust-withheld = No answer is given. A check of the computation itself failed.
checks = Of { $total } checks, { $passed } passed, { $concern } raised a concern, { $failed ->
    [0] none failed
   *[other] { $failed } failed
} and { $unknown } could not be judged.
checks-none = No check was run: nothing is known about whether the study’s assumptions hold.
doubts = { $count ->
    [one] The doubt that matters most:
   *[other] The { $count ->
        [2] two
        [3] three
       *[other] { $count }
    } doubts that matter most:
}
doubts-none = The checks left no doubt that would change the answer.
doubt-label = { $verdict ->
    [FAIL] Failed
    [CONCERN] Concern
   *[UNKNOWN] Not known
}

# One message for each check, by its name. What it found, and what that means for the answer.
doubt-rhat = { doubt-of-computation }
doubt-ess = { doubt-of-computation }
doubt-ess_estimands = { doubt-of-computation }
doubt-divergences = { doubt-of-computation }
doubt-energy = { doubt-of-computation }
doubt-of-computation = { $verdict ->
    [FAIL] The computation did not settle on an answer. Its numbers mean nothing until it does.
    [CONCERN] The computation settled only just. The last digits may still move.
   *[UNKNOWN] Whether the computation settled could not be judged.
}
doubt-prior_predictive = { doubt-of-starting-point }
doubt-design_prior = { doubt-of-starting-point }
doubt-of-starting-point = { $verdict ->
    [UNKNOWN] Whether the study began from sensible expectations could not be judged.
   *[other] The study began from expectations that do not fit such figures. That can pull the answer.
}
doubt-prior_sensitivity = { $verdict ->
    [FAIL] The answer turns round with what one expects beforehand: sceptics and supporters read opposite things from these figures.
    [CONCERN] What one expects beforehand decides part of the answer: sceptics and supporters read these figures differently.
   *[UNKNOWN] Whether sceptics and supporters would read the same from these figures was not tried.
}
doubt-power_scaling = { $verdict ->
    [UNKNOWN] How much the answer leans on what was expected beforehand could not be judged.
   *[other] The answer leans on what was expected beforehand, not on the figures alone.
}
doubt-predictive_small_counts = { doubt-of-fit }
doubt-predictive_dispersion = { doubt-of-fit }
doubt-predictive_autocorrelation = { doubt-of-fit }
doubt-predictive_size = { doubt-of-fit }
doubt-predictive_together = { doubt-of-fit }
doubt-loo_pit = { doubt-of-fit }
doubt-of-fit = { $verdict ->
    [FAIL] The figures do not behave as the calculation assumes. The answer and its range may be off.
    [CONCERN] The figures behave a little differently from what the calculation assumes. The range may be too narrow or too wide.
   *[UNKNOWN] Whether the figures behave as the calculation assumes could not be judged in full.
}
doubt-pareto_k = { $verdict ->
    [UNKNOWN] How far single figures pull the answer could not be judged.
   *[other] Some single figures pull the calculation more than they should.
}
doubt-model_choice = { $verdict ->
    [FAIL] Other ways to calculate, which fit as well, give another answer.
    [CONCERN] Other ways to calculate, which fit as well, give a somewhat different answer.
   *[UNKNOWN] Whether other ways to calculate give the same answer is not known.
}
doubt-anticipation = { $verdict ->
    [FAIL] Much of the change began before { the-law } did. The answer depends on where the count begins.
    [CONCERN] Part of the change may have begun before { the-law } did. The answer moves when the last { $every } before it is left out.
   *[UNKNOWN] Whether the change began before { the-law } did could not be judged.
}
doubt-leads = { $verdict ->
    [FAIL] The { places } with { the-law } were already moving differently before it came. The change may not be its doing.
    [CONCERN] The { places } with { the-law } may already have been moving differently before it came.
   *[UNKNOWN] There are too few figures from before { the-law } to tell whether these { places } were already moving differently.
}
doubt-breakdown = { $verdict ->
    [UNKNOWN] How far the { places } may have drifted apart by themselves, without { the-law }, is not known well enough to rule it out as the cause.
   *[other] If the { places } drifted apart after { the-law } as they did before it, that alone could explain the answer.
}
doubt-negative_control = { $verdict ->
    [FAIL] A figure that { the-law } cannot have moved, moved as well. Something else was at work.
    [CONCERN] A figure that { the-law } cannot have moved may have moved as well. Something else may have been at work.
   *[UNKNOWN] Whether a figure that { the-law } cannot have moved stayed still is not known.
}
doubt-empirical_calibration = { $verdict ->
    [UNKNOWN] How often such a study finds a change where there is none is not known well enough.
   *[other] Where there was nothing to find, answers like this one were off by more than chance. The true range is wider than the one shown.
}
doubt-hull = { doubt-of-comparison }
doubt-one_donor = { doubt-of-comparison }
doubt-of-comparison = { $verdict ->
    [FAIL] No mixture of other { places } resembles those with { the-law }. There is little to compare with.
    [CONCERN] The comparison is thin: few other { places } resemble those with { the-law }.
   *[UNKNOWN] Whether other { places } resemble those with { the-law } could not be judged.
}
doubt-separable = { $verdict ->
    [UNKNOWN] Whether { the-law } can be told apart from other measures of the time could not be judged.
   *[other] Another measure came so close in time that the two cannot be told apart.
}
doubt-market_told_from_effort = The figures cannot tell how much there was from how hard authorities looked.
doubt-detection_effort = { $verdict ->
    [CONCERN] Part of the figures rises with how hard authorities look. Read those apart from the rest.
   *[other] The figures count what authorities found. They cannot tell less of it from less looking, nor more of it from more.
}
doubt-one_unit = { $verdict ->
    [UNKNOWN] Whether one { place } alone decides the answer is not known.
   *[other] One { place } alone decides much of the answer. Without it, the answer would be clearly different.
}
doubt-placebo_time = { $verdict ->
    [FAIL] The same calculation finds a change before { the-law } began. What it finds afterwards may be no more real.
    [CONCERN] The same calculation may find a change before { the-law } began. What it finds afterwards may be partly of that kind.
   *[UNKNOWN] There are too few earlier figures to try the calculation where { the-law } had not begun yet.
}
doubt-placebo_space = { $verdict ->
    [UNKNOWN] The calculation could not be tried on { places } that never had { the-law }.
   *[other] The same calculation finds changes in { places } that never had { the-law }, more often than chance would.
}
doubt-hidden_cause = { $verdict ->
    [FAIL] Something else of the usual size, at work in the same { places }, could explain the whole answer.
    [CONCERN] Something else, at work in the same { places }, could explain much of the answer.
   *[UNKNOWN] Something else at work in the same { places } may have made this change, or hidden one.
}
doubt-suppressed_cells = { $verdict ->
    [UNKNOWN] Some figures are not published. What they hold could change the answer.
   *[other] Small figures are published as “fewer than five” only. How they are read changes the answer.
}
doubt-design_gaps = Many figures are missing. The answer rests on the { places } that report.
doubt-definition_breaks = { $verdict ->
    [UNKNOWN] The way of counting may have changed over the years. No such change is on record here.
   *[other] The way of counting changed over the years. How that is allowed for changes the answer.
}
doubt-vintage = { $verdict ->
    [UNKNOWN] Whether later corrections of the figures matter could not be judged.
   *[other] The publisher has corrected its figures since. The earlier ones give a different answer.
}
doubt-enforcement_date = { $verdict ->
    [UNKNOWN] Some dates on which { the-law } began are not confirmed.
   *[other] It matters which date one takes: when { the-law } was passed, or when it was applied.
}
doubt-treated_units = { $verdict ->
    [UNKNOWN] How many { places } had { the-law } is not known.
   *[other] Only { $count } { $count ->
        [one] { place }
       *[other] { places }
    } had { the-law }: too few to speak for others.
}
doubt-design_contrast = { $verdict ->
    [UNKNOWN] How much there is to compare is not known.
   *[other] The whole comparison rests on { $count } { $count ->
        [one] { place }
       *[other] { places }
    } with { the-law }.
}
doubt-calibration = { doubt-of-calibration }
doubt-calibration_scales = { doubt-of-calibration }
doubt-coverage = { doubt-of-calibration }
doubt-of-calibration = { $verdict ->
    [UNKNOWN] Whether the calculation finds what is there, on made-up data with a known answer, was not tried often enough.
   *[other] On made-up data with a known answer, the calculation did not find it as exactly as it says.
}
doubt-assurance = { $verdict ->
    [UNKNOWN] How large a change such a study could see is not known.
   *[other] Had a change that just matters been there, a study like this would have seen it in only { $share } of 100 cases.
}
doubt-other = A further check reports: “{ $says }”

## What is not known

title-unknown = What is not known
unknown-effort = Whether there was less or more of the crime itself. The figures count what authorities found and did, and that also rises when they look harder.
unknown-traces = How many people stand behind the figures. They are traces of a market, not a count of people.
unknown-cause = How { the-law } worked. The figures show what changed, not why.
unknown-next = Whether another { place } would see the same. There the change could be anything between { $low } and { $high }.
unknown-next-few = Whether another { place } would see the same: { $count ->
    [one] one { place } had { the-law } in these years.
   *[other] { $count } { places } had { the-law } in these years.
}
unknown-elsewhere = Whether some of it moved to other { places } or other channels. This study does not follow it there.
unknown-later = Whether it lasts. The figures end in { $last }.

## What it costs

title-costs = What it costs
costs-none = No cost is on record for { the-law }, so nothing can be said of what a unit of change costs.
costs-withheld = There is no answer, so nothing can be said of what a change costs.
costs-refused = Nothing can be said of what a change costs. The reason: { $reason }
costs-of-adopting = { $adopting ->
    [one] One more { place } with { the-law }
   *[other] { $adopting } more { places } with { the-law }
}, for { $years } { $years ->
    [one] year
   *[other] years
}, would cost about { $cost } (between { $low } and { $high }), at prices of { $price_year }.
costs-per-unit = { $better ->
    [more] For one more ({ $things }), that is about { $cost } (between { $low } and { $high }).
   *[fewer] For one fewer ({ $things }), that is about { $cost } (between { $low } and { $high }).
}
money = { $code }{"\u00A0"}{ $amount }
costs-no-ratio = What one unit of change costs cannot be said: in another { place } the change may go the other way.
costs-worthwhile = If one is worth { $worth }, as { $by } said, that it pays is { $likelihood }: { $chances }.
costs-no-worth = Nobody has said what one is worth, so whether it pays stays open.
costs-simulated = This money is made up, as the data are.

## What to fund next

title-next = What to fund next
next-step = { $step } { $gain }
next-step-named = { $what }.
next-step-longer = Follow the same { places } for { $number } more { periods }.
next-step-adopters = Study { $number ->
        [2] twice
       *[other] { $number } times
    } as many { places } with { the-law }.
next-wrong = To choose wrong is to adopt where the change goes the wrong way, or not to adopt where it goes the right way.
next-gain-chance = The chance of choosing wrong would fall from { $now } to { $then } in 100.
next-gain-chance-same = The chance of choosing wrong, { $now } in 100, would hardly change.
next-gain-money = What it tells would be worth about { $value }.
next-cost = It costs about { $cost }.
next-cost-more = It costs about { $cost }: more than it would be worth.
next-gain-unknown = What it would be worth is not known.
next-none = No next step was calculated for this study.
next-mend = Run the computation again, longer, before anything is decided.
next-longer = Follow the same { places } for { $number } { periods } more. A change that just matters would then be seen in { $share } of 100 such studies; today it is { $now }.
next-adopters = Wait for, or add, { places }: with { $times } times as many that have { the-law }, a change that just matters would be seen in { $share } of 100 such studies; today it is { $now }.
next-market = Count the market itself: advertisements, prices, surveys of buyers. Only that tells less of it from less looking.
next-register = Write the plan of the next study down before its figures are seen.

## Where the numbers come from

title-sources = Where the numbers come from
sources-figures = { $cells } reported figures from { $units } { places }, { $first } to { $last }. { $treated ->
    [one] One of them had { the-law } in that time; the others are the comparison.
   *[other] { $treated } of them had { the-law } in that time; the others are the comparison.
}
sources-had = They are { $names }.
sources-registered = The plan was written down on { $day }, before this report.
sources-registered-seen = The plan was written down on { $day }, when the figures may have been seen already.
sources-changed = { $count ->
    [one] One item of it was changed since.
   *[other] { $count } items of it were changed since.
}
sources-unregistered = The plan was not registered before the figures were seen.

## The key to the words

title-key = What our words mean
key-says = Each word stands for a range of chances out of 100 (IPCC scale, Mastrandrea and others 2010). They hold as far as the study’s assumptions do.
key-range = { $lowest } to { $highest }

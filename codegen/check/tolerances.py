"""The tolerances of the check: how far off a gradient may be, and what is next to nothing beside something else."""

from __future__ import annotations

# A gradient beside its numeric gradient, as a relative error
HAPPY, OKAY, UNCOMFORTABLE = 1e-7, 1e-4, 1e-2
"""The course's limits. A gradient is wrong above `OKAY`, in float32 above `UNCOMFORTABLE`. A stricter check has a lower
`OKAY`, a laxer one a higher `SURE` too, which decides wherever a numeric gradient is known well: nearly everywhere."""
SURE = 1e-6
"""Above it a gradient is wrong if its numeric gradient is known well enough."""
EVIDENT = 1e-2
"""Above it two numbers are others whatever rounding does."""
LITTLE = 1e-3
"""Of the largest entry, or of what is looked for: below it the rest is not measured against itself."""
NOTHING = 1e-30
"""Two numbers of which the sum is below it are none."""

# What a numeric gradient is worth
STEEP = 1e5
"""Of a slope over which nothing but a very short step can be seen."""
WITHIN = 1e-7
"""Of the change over the shortest step that a slope promises; a smooth function lies closer to a line."""
LOST = 1e-10
"""Of the change over a long step, by a slope that no short step shows."""
FIRM = 1e-3
"""Of how far a slope is off: long steps that agree so well are no wave that turns within them."""
ROUGH = 1e-2
"""Of a slope that rounding hides."""
FINEST = 1e-290
"""Below it, a small part of a number is none that can be divided by."""
TURNED = 1e-2
"""Of a gradient that turns so far over a millionth of the inputs: no step shows a slope there."""
TURNS = 3
"""Ways in which the inputs differ by a millionth: one may happen to turn the gradient all the way round."""

# Values
UNSTEADY = 1e-6
"""Of a value that a few units in the last places of the inputs move: more is no rounding."""
ROUNDED = 1e-4
"""Of a value in more precision, and of the terms that a gradient is made of: what is nearer is rounding."""
ALIKE = 1e-5
"""Of two runs on arguments that may be one object."""
MEANT = 1e-3
"""What is nearer to a number may be meant to be that number."""

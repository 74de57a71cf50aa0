"""The page's figures: pure functions from cases and words to a picture. No number is computed here.

The same party has the same colour everywhere; what is hatched is not cash; values are written on the marks.
"""

from lbo_model.classroom.figures.bars import who_got_what
from lbo_model.classroom.figures.before_after import before_after
from lbo_model.classroom.figures.columns import purchase_and_resale, silhouettes, sources_and_uses
from lbo_model.classroom.figures.dots import same_or_not
from lbo_model.classroom.figures.machines import machines
from lbo_model.classroom.figures.parts import hundred, layered_price
from lbo_model.classroom.figures.picture import Picture, emptied, owner_name
from lbo_model.classroom.figures.rows import yearly
from lbo_model.classroom.figures.storm import storm
from lbo_model.classroom.figures.succession import succession

__all__ = [
    "Picture",
    "before_after",
    "emptied",
    "hundred",
    "layered_price",
    "machines",
    "owner_name",
    "purchase_and_resale",
    "same_or_not",
    "silhouettes",
    "sources_and_uses",
    "storm",
    "succession",
    "who_got_what",
    "yearly",
]

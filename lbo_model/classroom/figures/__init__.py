"""The page's figures: pure functions from cases and words to a picture. No number is computed here.

The same party has the same colour everywhere; what is hatched is not cash; values are written on the marks.
"""

from lbo_model.classroom.figures.bars import who_got_what
from lbo_model.classroom.figures.columns import purchase_and_resale, sources_and_uses
from lbo_model.classroom.figures.picture import Picture, owner_name

__all__ = ["Picture", "owner_name", "purchase_and_resale", "sources_and_uses", "who_got_what"]

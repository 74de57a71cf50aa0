"""A stand-in for the page: one slider and one figure, enough to try what the page is built on."""

import streamlit as st

from lbo_model.classroom import controls, palette
from lbo_model.classroom.link import Choices, Dial, Offer
from lbo_model.classroom.show import Labels, Sentence, Table, plain, show, style
from lbo_model.quantities import Multiple

PRICE = Dial("price", Multiple(), 3.5, 6.0, 0.25, 5.0)
CHOICES = Choices(("base",), ("fr", "en"), ("55",), ("deal",), ("question",))
LABELS = Labels(
    table="Les chiffres",
    save="Enregistrer l'image",
    failure="L'image ne peut pas être dessinée ici ; voici ce qu'elle dit.",
)


class Stub:
    """Words of the stand-in."""

    def say(self, key: str, /, **slots: object) -> str:
        """The key and what it is given."""
        return " ".join([key, *map(str, slots.values())])


st.set_page_config(page_title="Reprise en main", layout="wide")
style()
offer = Offer(("fund", "scop"), {"price": PRICE})
controls.start(CHOICES, lambda code: offer)
price = controls.slider(PRICE, Stub())
paid = price * 4.2
parts = {"banks": 0.9 * paid, "fund": 0.1 * paid}
show(
    {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": plain(party),
                "x": [amount],
                "y": ["Prix"],
                "text": [f"{amount:.1f} M€".replace(".", ",")],
                "marker": {"color": palette.colour(party)},
            }
            for party, amount in parts.items()
        ],
        "layout": {
            "height": 180,
            "barmode": "stack",
            "separators": ",\u202f",
            "xaxis": {"range": [0, 26], "ticksuffix": " M€"},
        },
    },
    key="demo",
    title="Qui apporte l'argent du prix ?",
    alternative=f"Les banques prêtent {parts['banks']:.1f} millions, le fonds apporte {parts['fund']:.1f} millions.",
    labels=LABELS,
    table=Table(
        "Qui paie le prix", ("Partie", "M€"), tuple((party, f"{part:.2f}") for party, part in parts.items())
    ),
    sentences=(Sentence("who", f"Sur {paid:.1f} millions, {parts['banks']:.1f} sont empruntés."),),
)

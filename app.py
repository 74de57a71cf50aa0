"""The page as a server: ``streamlit run app.py``, or any ASGI server with ``app:app``.

Around the page's script stands one route of our own, for the files that the browser asks for once and keeps.
"""

import gc
from pathlib import Path

import streamlit as st
from starlette.routing import Route

from lbo_model.classroom import assets, beats, workshop
from lbo_model.classroom.rehearsal import rehearse

# From this file, not from the working directory: an ASGI server may be started anywhere.
PAGE = Path(__file__).resolve().parent / "lbo_model" / "classroom" / "page.py"

# What the page is made of is loaded and drawn once before the first visitor comes, and is never searched for
# garbage again: a collection in the middle of a move of a knob would be felt.
LOADED = (beats, workshop)
rehearse()
gc.collect()
gc.freeze()

app = st.App(PAGE, routes=[Route(assets.PATH, assets.send)])

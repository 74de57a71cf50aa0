"""The page: the only package that imports streamlit and plotly; nothing else of the model imports it."""

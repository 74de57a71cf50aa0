"""The page: the only package that imports streamlit and plotly, and that nothing else of the model imports."""

"""Scenario files: YAML that teachers edit, read into a Document and written back with its comments."""

from lbo_model.scenario_file.document import Document, load
from lbo_model.scenario_file.json_schema import json_schema
from lbo_model.scenario_file.notes import Note
from lbo_model.scenario_file.problems import Place, Problem
from lbo_model.scenario_file.sources import shipped_folder, shipped_names
from lbo_model.scenario_file.write import dump

__all__ = [
    "Document",
    "Note",
    "Place",
    "Problem",
    "dump",
    "json_schema",
    "load",
    "shipped_folder",
    "shipped_names",
]

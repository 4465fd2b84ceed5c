"""Tables (``.csv``, ``.tsv``) with a row for each question, as programs and spreadsheets write them."""

from quiz.importers.csv.table import TableError, read

__all__ = ["TableError", "read"]

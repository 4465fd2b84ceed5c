"""Files of other programs as values. Found through the entry-point group ``dquiz.importers``."""

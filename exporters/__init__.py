"""One module per target format; found through the entry-point group ``dquiz.exporters``."""

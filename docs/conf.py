"""How Sphinx builds these pages: `tox -e docs`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

project = "dynamorm_async"
author = "The dynamorm_async authors"
copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "public_names"]
exclude_patterns = ["_build", "_extensions"]
nitpicky = True

myst_heading_anchors = 3
# A literal in a docstring leads to the entry it names, where there is one.
default_role = "named"
# Quotes in these pages are code.
smartquotes = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 120

pygments_dark_style = "github-dark"
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False

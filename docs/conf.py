"""How Sphinx builds these pages: `tox -e docs`."""

project = "dynamorm_async"
author = "The dynamorm_async authors"

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project
myst_heading_anchors = 3
nitpicky = True
